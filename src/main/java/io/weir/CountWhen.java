package io.weir;

/**
 * Which operations keep the permits they took. All take them before they begin, so that many at
 * once cannot slip through.
 */
public enum CountWhen {
    /** Every admitted operation, whatever becomes of it. The default. */
    ALWAYS,

    /**
     * Those that fail: by an exception, or where the operation is a request with an answer whose
     * status is among {@link Policy.Conduct#failures()}. Others give their permits back when they
     * end. What was asked for by hand through {@link RateLimiter} has no end that anybody knows of,
     * and keeps them.
     */
    FAILURE,

    /**
     * Every admitted operation, at a price that is known when it is over: what it takes before is
     * an estimate, and what its result says ({@link Settled}), or {@link Reservation#settle}, is
     * charged in its place. Where nobody says anything the estimate is the price.
     */
    SETTLED
}
