package io.weir.internal.count;

import io.weir.OnOutage;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * With whom a node counts.
 *
 * @param counts what all nodes count
 * @param breaker whether it serves
 * @param deadline how long an operation waits for it in all
 * @param leases what this node has taken ahead
 */
record Sharing(SharedCounts counts, Breaker breaker, Duration deadline, Leases leases) {

    /** Why the shared counts are not asked; null: they are. */
    OutageCounters.@Nullable Reason unasked(OnOutage onOutage, WaitBudget budget) {
        if (!breaker.asksPrimary()) {
            return OutageCounters.Reason.OUTAGE;
        }
        if (onOutage != OnOutage.FAIL_CLOSED && breaker.pauses()) {
            return OutageCounters.Reason.PAUSE;
        }
        return budget.left() <= 0 ? OutageCounters.Reason.SPENT : null;
    }

    boolean countsDebts(Limits limits) {
        return counts.countsDebts(limits.policy());
    }
}
