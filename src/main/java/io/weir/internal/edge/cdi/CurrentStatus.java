package io.weir.internal.edge.cdi;

import io.weir.DecidedBy;
import io.weir.LimiterStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Speaks of the module that asks. */
record CurrentStatus(Supplier<LimiterStatus> module) implements LimiterStatus {

    @Override
    public DecidedBy store() {
        return module.get().store();
    }

    @Override
    public boolean degraded() {
        return module.get().degraded();
    }

    @Override
    public Duration since() {
        return module.get().since();
    }

    @Override
    public int nodes() {
        return module.get().nodes();
    }

    @Override
    public Optional<Duration> clockSkew() {
        return module.get().clockSkew();
    }
}
