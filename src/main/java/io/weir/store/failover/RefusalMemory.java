package io.weir.store.failover;

import io.weir.Decision;
import io.weir.Key;
import io.weir.LimitState;
import io.weir.Policy;
import io.weir.internal.count.Outcome;
import io.weir.internal.count.Receipt;
import io.weir.internal.count.Store;
import io.weir.internal.count.StoreUnavailableException;
import io.weir.internal.count.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Remembers refusals of a shared store for a moment, so that an attack on one key hardly reaches
 * it.
 *
 * <p>A refusal is repeated until a permit comes back, but for {@link #AT_MOST} at most: so long may
 * a reset by another node go unseen. Nothing is remembered of policies that give back, because
 * their permits may return early. Bounded: {@value #PLACES} places, a newer refusal takes the place
 * of an older one. Thread-safe.
 */
public final class RefusalMemory implements Store {

    /** How long a refusal is repeated at most. */
    static final Duration AT_MOST = Duration.ofSeconds(1);

    private static final int PLACES = 1 << 13;

    private final Store store;
    private final Ticker ticker;
    private final AtomicReferenceArray<@Nullable Remembered> places =
            new AtomicReferenceArray<>(PLACES);

    /** A refusal of at least {@code cost} permits, as it was at {@code at}. */
    private record Remembered(Policy policy, Key key, long cost, Outcome outcome, long at) {

        @SuppressWarnings("ReferenceEquality") // a changed policy is another one
        boolean answers(Policy askedPolicy, Key askedKey, long askedCost, long now) {
            return policy == askedPolicy
                    && askedCost >= cost
                    && now - at < lasts().toNanos()
                    && key.equals(askedKey);
        }

        private Decision.Refused refused() {
            return (Decision.Refused) outcome.decision();
        }

        /** Until a permit of any limit comes back: from then on the rest of the answer is wrong. */
        private Duration lasts() {
            Duration lasts = shorter(AT_MOST, refused().retryAfter());
            for (LimitState limit : refused().limits()) {
                if (!limit.untilNext().isZero()) {
                    lasts = shorter(lasts, limit.untilNext());
                }
            }
            return lasts;
        }

        private static Duration shorter(Duration one, Duration other) {
            return one.compareTo(other) < 0 ? one : other;
        }

        /** The same refusal, some time later. */
        Outcome later(long now) {
            Duration age = Duration.ofNanos(now - at);
            List<LimitState> limits = new ArrayList<>(refused().limits().size());
            for (LimitState limit : refused().limits()) {
                limits.add(
                        new LimitState(
                                limit.name(),
                                limit.permits(),
                                limit.window(),
                                limit.remaining(),
                                limit.untilNext().isZero()
                                        ? Duration.ZERO
                                        : limit.untilNext().minus(age)));
            }
            return new Outcome(
                    new Decision.Refused(
                            refused().retryAfter().minus(age),
                            refused().violated(),
                            List.copyOf(limits)),
                    outcome.decidedBy(),
                    Receipt.NOTHING);
        }
    }

    /**
     * A memory that is empty.
     *
     * @param store decides what is not remembered
     * @param ticker the clock
     */
    public RefusalMemory(Store store, Ticker ticker) {
        this.store = store;
        this.ticker = ticker;
    }

    @Override
    public Outcome tryAcquire(Policy policy, Key key, long cost) throws StoreUnavailableException {
        if (policy.givesBack()) {
            return store.tryAcquire(policy, key, cost);
        }
        int place = Moments.place(policy, key, PLACES);
        Remembered remembered = places.get(place);
        if (remembered != null) {
            long now = ticker.nanoTime();
            if (remembered.answers(policy, key, cost, now)) {
                return remembered.later(now);
            }
        }
        Outcome outcome = store.tryAcquire(policy, key, cost);
        if (outcome.decision() instanceof Decision.Refused) {
            // Now, not when it was asked: a wait that is told too short is refused again.
            places.set(place, new Remembered(policy, key, cost, outcome, ticker.nanoTime()));
        }
        return outcome;
    }

    @Override
    public List<LimitState> peek(Policy policy, Key key) throws StoreUnavailableException {
        return store.peek(policy, key);
    }

    @Override
    public void reset(Policy policy, Key key) throws StoreUnavailableException {
        try {
            store.reset(policy, key);
        } finally {
            places.set(Moments.place(policy, key, PLACES), null);
        }
    }
}
