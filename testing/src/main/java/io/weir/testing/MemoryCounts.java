package io.weir.testing;

import io.weir.Decision;
import io.weir.Key;
import io.weir.Policy;
import io.weir.internal.count.CountingStore;
import io.weir.internal.count.Heartbeat;
import io.weir.internal.count.Outcome;
import io.weir.internal.count.RemoteCounts;
import io.weir.internal.count.SharedOverride;
import io.weir.internal.count.StoreUnavailableException;
import io.weir.internal.count.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** What the nodes share, where there is no Redis: counted in memory, by the clock of the test. */
final class MemoryCounts implements RemoteCounts {

    private static final int MANY = 1_000_000;

    private final CountingStore counts;

    MemoryCounts(Ticker clock) {
        counts = new CountingStore(MANY, clock, () -> {});
    }

    @Override
    public Answer take(Policy policy, Key key, long cost, List<Debt> debts, long budget) {
        Outcome outcome = counts.tryAcquire(policy, key, cost);
        Settlement settlement =
                more -> {
                    outcome.receipt().settle(cost + more);
                    return CompletableFuture.completedFuture(null);
                };
        return new Answer(outcome.decision(), policy.givesBack() ? settlement : null);
    }

    @Override
    public boolean countsDebts(Policy policy) {
        return false;
    }

    @Override
    public Decision peek(Policy policy, Key key, long cost, long budget) {
        return counts.preview(policy, key, cost).decision();
    }

    @Override
    public void reset(Policy policy, Key key) throws StoreUnavailableException {
        counts.reset(policy, key);
    }

    void forget() {
        counts.forget();
    }

    @Override
    public void connect() {
        // It is there.
    }

    @Override
    public Heartbeat probe() {
        return new Heartbeat(1, false, Duration.ZERO);
    }

    @Override
    public boolean writesNoLog() {
        return false;
    }

    @Override
    public List<SharedOverride> exchange(List<SharedOverride> known) {
        return known;
    }

    @Override
    public Map<String, String> tallies(String mine) {
        return mine.isEmpty() ? Map.of() : Map.of(node(), mine);
    }

    @Override
    public String node() {
        return "this node";
    }

    @Override
    public String address() {
        return "the memory of a test";
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
