package io.weir.decision;

/**
 * What one key has used of one limit. The same usage may be measured against another rate of the
 * same kind and window: a changed number of permits keeps the permits that are used.
 *
 * <p>{@code now} is a reading of a clock with any origin that may overflow; only differences count,
 * and a reading older than one seen before counts as that one. {@code cost} is at least 1 and at
 * most the capacity of the rate. Not thread-safe: whoever owns a usage locks it.
 */
public sealed interface Usage permits SlidingLog, BucketLevel {

    /**
     * The time until {@code cost} permits are free.
     *
     * @param rate the limit
     * @param cost permits
     * @param now nanoseconds
     * @return 0 if they are free now, else nanoseconds: refused at every instant before, admitted
     *     at it
     */
    long waitFor(Rate rate, long cost, long now);

    /**
     * Takes permits, whether or not {@link #waitFor} found them free.
     *
     * @param rate the limit
     * @param cost permits
     * @param now nanoseconds
     * @return a stamp for {@link #giveBack}
     */
    long take(Rate rate, long cost, long now);

    /**
     * Undoes a {@link #take}, as far as its permits have not come back by themselves.
     *
     * @param rate the limit
     * @param cost permits, as taken
     * @param stamp what take answered
     * @param now nanoseconds
     */
    void giveBack(Rate rate, long cost, long stamp, long now);

    /**
     * The permits that are free.
     *
     * @param rate the limit
     * @param now nanoseconds
     * @return 0 to the capacity
     */
    long remaining(Rate rate, long now);

    /**
     * The time until one more permit is free than now.
     *
     * @param rate the limit
     * @param now nanoseconds
     * @return nanoseconds, 0 if nothing is used
     */
    long untilNext(Rate rate, long now);

    /**
     * Whether this usage answers everything as a fresh one would, so that it can be forgotten.
     *
     * @param rate the limit
     * @param now nanoseconds
     * @return true if nothing is used
     */
    boolean isUnused(Rate rate, long now);

    /**
     * What is used, told without an instant.
     *
     * @param rate the limit
     * @param now nanoseconds
     * @return of a sliding window, the age of each permit in use, oldest first; of a token bucket,
     *     the time until what is used has flown off; nanoseconds, empty if nothing is used
     */
    long[] ages(Rate rate, long now);
}
