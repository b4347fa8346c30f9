package io.weir.decision;

import io.weir.Limit;

/**
 * A limit as the arithmetic wants it: plain integers.
 *
 * @param permits permits per window
 * @param window the window in nanoseconds
 * @param capacity the most permits that can be in use at once
 * @param bucket whether it is a token bucket rather than a sliding window
 */
public record Rate(long permits, long window, long capacity, boolean bucket) {

    /**
     * The rate of a limit.
     *
     * @param limit any limit; its bounds are what keeps the arithmetic from overflowing
     * @return the same in nanoseconds
     */
    public static Rate of(Limit limit) {
        return new Rate(
                limit.permits(),
                limit.window().toNanos(),
                limit.capacity(),
                limit instanceof Limit.TokenBucket);
    }

    /**
     * A usage of this rate that has used nothing.
     *
     * @return a fresh usage
     */
    public Usage unused() {
        return bucket ? new BucketLevel() : new SlidingLog();
    }

    /**
     * The permits that are free where so much is used.
     *
     * @param used what {@link Usage#used} answered
     * @return 0 to the capacity
     */
    public long remaining(long used) {
        long free = bucket ? (capacity * window - used) / window : permits - used;
        return Math.max(0, free);
    }

    /**
     * The time until one more permit is free than now.
     *
     * @param used what {@link Usage#used} answered
     * @param oldest what {@link Usage#untilOldest} answered
     * @return nanoseconds, 0 if nothing is used
     */
    public long untilNext(long used, long oldest) {
        if (!bucket) {
            return oldest;
        }
        long next = remaining(used) + 1;
        return next > capacity ? 0 : BucketLevel.waitAt(this, used, next);
    }
}
