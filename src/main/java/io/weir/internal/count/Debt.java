package io.weir.internal.count;

import java.util.List;

/**
 * What one node admitted for one policy and key while the shared store was away, to be counted
 * there later. No instants cross from one store's clock to another's, only ages.
 *
 * @param limits for each limit of the policy: of a sliding window, how long ago each permit in use
 *     was taken, oldest first; of a token bucket, one number, the time after which what is used has
 *     flown off. Nanoseconds; empty where nothing is owed
 */
public record Debt(List<long[]> limits) {

    /** Nothing is owed. */
    public static final Debt NONE = new Debt(List.of());

    /**
     * Whether there is nothing to be counted.
     *
     * @return true if nothing is owed for any limit
     */
    public boolean isNone() {
        return limits.stream().allMatch(limit -> limit.length == 0);
    }
}
