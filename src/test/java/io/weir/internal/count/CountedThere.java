package io.weir.internal.count;

import io.weir.Decision;
import io.weir.Engine;
import io.weir.Key;
import io.weir.Policy;
import io.weir.testing.Policies;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Real counts that several nodes share, behind a cable that can be pulled. */
final class CountedThere implements SharedCounts {

    /** What happens while a call is on its way. */
    interface Interruption {
        void happens() throws Exception;
    }

    private CountingStore counts;
    boolean up = true;
    boolean busy;
    boolean denies;
    int asked;
    Interruption during = () -> {};
    final List<Debt> debts = new ArrayList<>();
    private final Map<Policy, Policy> counted = new HashMap<>();

    CountedThere(CountingStore counts) {
        this.counts = counts;
    }

    /** Everything is forgotten. */
    void countsAnewWith(CountingStore fresh) {
        counts = fresh;
    }

    /** A policy as they count it: what was taken ahead is kept for so much longer. */
    private Policy counted(Policy policy) {
        return policy.lease().isZero() ? policy : counted.computeIfAbsent(policy, Policies::shared);
    }

    private void reach() throws StoreUnavailableException {
        asked++;
        if (!up) {
            throw new StoreUnavailableException("cable pulled", null);
        }
        if (busy) {
            throw new StoreUnavailableException(StoreUnavailableException.Kind.BUSY, "too many");
        }
    }

    @Override
    public Answer take(Policy policy, Key key, long cost, List<Debt> told, long budget)
            throws StoreUnavailableException {
        reach();
        debts.addAll(told);
        try {
            during.happens();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        Outcome outcome = counts.tryAcquire(counted(policy), key, cost);
        if (denies && outcome.decision() instanceof Decision.Admitted) {
            throw new StoreUnavailableException(
                    StoreUnavailableException.Kind.DENIED,
                    "OOM"); // as a Redis without memory: it goes on reading
        }
        return new Answer(
                outcome.decision(),
                more -> {
                    if (!up) {
                        return CompletableFuture.failedFuture(
                                new StoreUnavailableException(
                                        StoreUnavailableException.Kind.NOT_COUNTED, "not sent"));
                    }
                    outcome.receipt().settle(cost + more);
                    return CompletableFuture.completedFuture(null);
                });
    }

    @Override
    public boolean countsDebts(Policy policy) {
        return policy.engine() == Engine.SCRIPT;
    }

    @Override
    public Decision peek(Policy policy, Key key, long cost, long budget)
            throws StoreUnavailableException {
        reach();
        return counts.preview(counted(policy), key, cost).decision();
    }

    @Override
    public void reset(Policy policy, Key key) throws StoreUnavailableException {
        reach();
        counts.reset(counted(policy), key);
    }
}
