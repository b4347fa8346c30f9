package io.weir.store.failover;

import io.weir.Key;
import io.weir.Policy;
import io.weir.internal.count.Ticker;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Keys that this node has used up and the primary store says are free. Either somebody has reset
 * the key, or the primary has lost its counts; the next heartbeat tells. Bounded: a newer doubt
 * takes the place of an older one, which then begins anew. Thread-safe.
 */
final class Doubts {

    private static final int PLACES = 1 << 10;

    private final Pulse pulse;
    private final Ticker ticker;
    private final AtomicReferenceArray<@Nullable Doubt> places = new AtomicReferenceArray<>(PLACES);

    private record Doubt(String policy, Key key, long since) {}

    Doubts(Pulse pulse, Ticker ticker) {
        this.pulse = pulse;
        this.ticker = ticker;
    }

    /** Whether a heartbeat since the first doubt has shown that nothing was lost. */
    boolean areResolved(Policy policy, Key key) {
        int place = Moments.place(policy, key, PLACES);
        Doubt doubt = places.get(place);
        long now = ticker.nanoTime();
        if (doubt != null
                && doubt.key().equals(key)
                && doubt.policy().equals(policy.name())
                && now - doubt.since() < policy.fullAfter().toNanos()) {
            boolean resolved = pulse.soundSince(doubt.since());
            if (resolved) {
                places.set(place, null);
            }
            return resolved;
        }
        places.set(place, new Doubt(policy.name(), key, now));
        return false;
    }
}
