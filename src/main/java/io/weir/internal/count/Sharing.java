package io.weir.internal.count;

import java.time.Duration;

/**
 * With whom a node counts.
 *
 * @param counts what all nodes count
 * @param breaker whether it serves
 * @param deadline how long an operation waits for it in all
 */
record Sharing(SharedCounts counts, Breaker breaker, Duration deadline) {

    boolean countsDebts(Limits limits) {
        return counts.countsDebts(limits.policy());
    }
}
