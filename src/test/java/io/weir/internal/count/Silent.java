package io.weir.internal.count;

import java.time.Duration;

/** Is told, and says nothing. */
public final class Silent implements Breaker.Listener {
    @Override
    public void connected() {}

    @Override
    public void lost(String reason) {}

    @Override
    public void stillLost(String reason) {}

    @Override
    public void countsLost() {}

    @Override
    public void skewed(Duration skew) {}
}
