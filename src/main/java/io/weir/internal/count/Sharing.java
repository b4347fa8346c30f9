package io.weir.internal.count;

import io.weir.Key;
import java.time.Duration;
import java.util.List;

/**
 * With whom a node counts.
 *
 * @param counts what all nodes count
 * @param breaker whether it serves
 * @param deadline how long an operation waits for it in all
 */
record Sharing(SharedCounts counts, Breaker breaker, Duration deadline) {

    SharedCounts.Answer take(
            Limits limits, Key key, long cost, List<SharedCounts.Debt> debts, long budget)
            throws StoreUnavailableException {
        return counts.take(limits.policy(), key, cost, debts, budget);
    }

    boolean countsDebts(Limits limits) {
        return counts.countsDebts(limits.policy());
    }
}
