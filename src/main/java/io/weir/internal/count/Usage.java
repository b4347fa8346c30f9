package io.weir.internal.count;

import org.jspecify.annotations.Nullable;

/**
 * What one key has used of one limit, and behind it what it has used of the policy's other limits.
 * Immutable.
 *
 * <p>{@code now} is a reading of a clock with any origin that may overflow; only differences count,
 * and a reading older than one seen before counts as that one. A cost is at least 1.
 */
abstract sealed class Usage extends State permits Bucket, Quota, SlidingLog {

    /** By which it was counted last. */
    final Rate rate;

    /** Of the next limit. A key with one limit, as nearly all are, is one object. */
    final @Nullable Usage next;

    /** Makes another usage of one, in front of others that are made already. */
    interface Change {
        Usage of(Usage usage, @Nullable Usage behind);
    }

    Usage(Rate rate, @Nullable Usage next) {
        this.rate = rate;
        this.next = next;
    }

    /** Nothing is used. */
    static Usage unused(Rate rate, @Nullable Usage next, long now) {
        if (rate.periods != null) {
            return Quota.unused(rate, next, now);
        }
        return rate.bucket ? Bucket.unused(rate, next, now) : new SlidingLog(rate, next);
    }

    @Override
    final Usage used() {
        return this;
    }

    @Override
    final boolean isUnused(long now) {
        for (Usage u = this; u != null; u = u.next) {
            if (u.isInUse(now)) {
                return false;
            }
        }
        return true;
    }

    @Override
    final int weight() {
        int weight = 0;
        for (Usage u = this; u != null; u = u.next) {
            weight += u.chunks();
        }
        return weight;
    }

    /** How many places of the memory's bound it takes beside the first. */
    int chunks() {
        return 0;
    }

    /** The same change of this usage and of those behind it, which come first. */
    final Usage map(Change change) {
        return change.of(this, next == null ? null : next.map(change));
    }

    abstract boolean isInUse(long now);

    /**
     * The time until {@code cost} permits are free, at most the capacity.
     *
     * @return 0 if they are free now, else nanoseconds: refused at every instant before, admitted
     *     at it
     */
    abstract long waitFor(long cost, long now);

    /** With these permits taken, whether or not they were free. */
    abstract Usage take(long cost, long now, @Nullable Usage behind);

    /**
     * With these permits taken, though they may not be free; never more than twice the capacity.
     */
    abstract Usage charge(long cost, long now, @Nullable Usage behind);

    /** The permits that are free, 0 to the capacity. */
    abstract long remaining(long now);

    /** The time until one more permit is free than now; 0 if nothing is used. */
    abstract long untilNext(long now);

    /** The same use, by another rate of the same kind. */
    abstract Usage by(Rate other, @Nullable Usage behind, long now);

    /** The same use, before another usage. */
    abstract Usage before(@Nullable Usage behind);

    /** Both uses together; of the same rate. */
    abstract Usage plus(Usage other, @Nullable Usage behind, long now);

    /** The same use in as little memory as possible: it comes free later, never earlier. */
    abstract Usage compact(@Nullable Usage behind, long now);

    /** What the shared counts are told of it; {@code here} is all that this node has admitted. */
    abstract SharedCounts.Debt debt(@Nullable Usage here, long now);
}
