package io.weir;

/** How a policy is counted in Redis. */
public enum Engine {
    /**
     * Redisson's {@code RRateLimiter} where it can do it (exactly one {@link Limit.SlidingWindow},
     * nothing given back), else {@link #SCRIPT}. The default.
     */
    RRATELIMITER,

    /** Weir's own script: one round trip, on the clock of Redis, for every kind of limit. */
    SCRIPT
}
