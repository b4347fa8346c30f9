package io.weir.decision;

import org.jspecify.annotations.Nullable;

/**
 * What one key has used of one limit. The same usage may be measured against another rate of the
 * same kind and window: a changed number of permits keeps the permits that are used.
 *
 * <p>{@code now} is a reading of a clock with any origin that may overflow; only differences count,
 * and a reading older than one seen before counts as that one. {@code cost} is at least 1 and at
 * most the capacity of the rate. Not thread-safe: whoever owns a usage locks it.
 */
public abstract sealed class Usage permits SlidingLog, BucketLevel {

    // A key with one limit, as nearly all are, is this one object: a holder and an array around it
    // were 48 of 196 bytes of each key, and two more places in memory to visit in each decision.
    private @Nullable Usage next;
    private boolean ended;

    Usage() {}

    /**
     * The usage of the same key's next limit.
     *
     * @return null behind the last limit
     */
    public final @Nullable Usage next() {
        return next;
    }

    /**
     * Puts the usage of another limit behind this one.
     *
     * @param following of the key's next limit
     */
    public final void next(Usage following) {
        next = following;
    }

    /** Says that it counts no longer, to whoever still holds it. */
    public final void end() {
        ended = true;
    }

    /**
     * Whether it counts no longer.
     *
     * @return true after {@link #end()}
     */
    public final boolean ended() {
        return ended;
    }

    /** Forgets what is used. */
    public abstract void clear();

    /**
     * The time until {@code cost} permits are free.
     *
     * @param rate the limit
     * @param cost permits
     * @param now nanoseconds
     * @return 0 if they are free now, else nanoseconds: refused at every instant before, admitted
     *     at it
     */
    public abstract long waitFor(Rate rate, long cost, long now);

    /**
     * Takes permits if they are free.
     *
     * @param rate the limit
     * @param cost permits
     * @param now nanoseconds
     * @return what {@link #waitFor} would have answered: 0 if they were taken
     */
    public abstract long tryTake(Rate rate, long cost, long now);

    /**
     * Takes permits, whether or not {@link #waitFor} found them free.
     *
     * @param rate the limit
     * @param cost permits
     * @param now nanoseconds
     * @return a stamp for {@link #giveBack}
     */
    public abstract long take(Rate rate, long cost, long now);

    /**
     * Undoes a {@link #take}, as far as its permits have not come back by themselves.
     *
     * @param rate the limit
     * @param cost permits, as taken
     * @param stamp what take answered
     * @param now nanoseconds
     */
    public abstract void giveBack(Rate rate, long cost, long stamp, long now);

    /**
     * What is used, for {@link Rate#remaining} and {@link Rate#untilNext}.
     *
     * @param rate the limit
     * @param now nanoseconds
     * @return permits of a sliding window, permits times nanoseconds of a token bucket
     */
    public abstract long used(Rate rate, long now);

    /**
     * When the oldest permit that keeps the next one from being free comes back.
     *
     * @param rate the limit
     * @param now nanoseconds
     * @return nanoseconds; 0 if nothing is used, and of a token bucket, whose {@link #used} tells
     */
    public abstract long untilOldest(Rate rate, long now);

    /**
     * Whether this usage answers everything as a fresh one would, so that it can be forgotten.
     *
     * @param rate the limit
     * @param now nanoseconds
     * @return true if nothing is used
     */
    public final boolean isUnused(Rate rate, long now) {
        return used(rate, now) == 0;
    }

    /**
     * What is used, told without an instant.
     *
     * @param rate the limit
     * @param now nanoseconds
     * @return of a sliding window, the age of each permit in use, oldest first; of a token bucket,
     *     the time until what is used has flown off; nanoseconds, empty if nothing is used
     */
    public abstract long[] ages(Rate rate, long now);

    /**
     * The permits that are free.
     *
     * @param rate the limit
     * @param now nanoseconds
     * @return 0 to the capacity
     */
    public final long remaining(Rate rate, long now) {
        return rate.remaining(used(rate, now));
    }

    /**
     * The time until one more permit is free than now.
     *
     * @param rate the limit
     * @param now nanoseconds
     * @return nanoseconds, 0 if nothing is used
     */
    public final long untilNext(Rate rate, long now) {
        return rate.untilNext(used(rate, now), untilOldest(rate, now));
    }
}
