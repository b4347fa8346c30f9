package io.weir.store.failover;

import io.weir.Key;
import io.weir.Policy;
import io.weir.internal.count.Ticker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * For each policy and key, when the stand-in decided last without the primary store, and how many
 * permits are taken that the primary has not answered for yet. Bounded: keys share 8,192 places, so
 * one may be held for more than it is, never for less. Thread-safe.
 */
final class Moments {

    private static final int PLACES = 1 << 13;

    private final Ticker ticker;
    private final AtomicReferenceArray<@Nullable Alone> alone = new AtomicReferenceArray<>(PLACES);
    private final AtomicIntegerArray underWay = new AtomicIntegerArray(PLACES);

    private record Alone(long at) {}

    Moments(Ticker ticker) {
        this.ticker = ticker;
    }

    static int place(Policy policy, Key key, int places) {
        int hash = 31 * policy.name().hashCode() + key.hashCode();
        return (hash ^ (hash >>> 15)) & (places - 1);
    }

    void decidedAlone(Policy policy, Key key) {
        alone.set(place(policy, key, PLACES), new Alone(ticker.nanoTime()));
    }

    boolean decidedAloneWithin(Policy policy, Key key, Duration time) {
        Alone last = alone.get(place(policy, key, PLACES));
        return last != null && ticker.nanoTime() - last.at() < time.toNanos();
    }

    void begins(Policy policy, Key key) {
        underWay.incrementAndGet(place(policy, key, PLACES));
    }

    void ends(Policy policy, Key key) {
        underWay.decrementAndGet(place(policy, key, PLACES));
    }

    boolean noneUnderWay(Policy policy, Key key) {
        return underWay.get(place(policy, key, PLACES)) == 0;
    }
}
