package io.weir.internal.count;

import io.weir.Limit;
import org.jspecify.annotations.Nullable;

/**
 * A limit as the arithmetic wants it: plain integers. One permit is {@link #each} nanoseconds and
 * {@link #rest} parts of one, of which {@link #permits} make a nanosecond, so nothing is ever
 * rounded.
 */
final class Rate {

    final boolean bucket;
    final long permits;

    /** In nanoseconds. */
    final long window;

    /** The most permits in use at once. */
    final long capacity;

    /** So many must be free for a fifth to be free. */
    final long fifth;

    /** The nanoseconds in which one permit drains from a bucket, and the parts beside them. */
    final long each;

    final long rest;

    /** A full bucket, in the same way. */
    final long full;

    final long fullRest;

    /** Of a calendar quota, which has no window. */
    final Calendar.@Nullable Periods periods;

    private Rate(
            boolean bucket,
            long permits,
            long window,
            long capacity,
            Calendar.@Nullable Periods periods) {
        this.bucket = bucket;
        this.permits = permits;
        this.window = window;
        this.capacity = capacity;
        this.fifth = (capacity - 1) / 5 + 1;
        this.each = window / permits;
        this.rest = window % permits;
        this.full = nanos(capacity);
        this.fullRest = capacity * rest % permits;
        this.periods = periods;
    }

    /** The bounds of a limit are what keeps the arithmetic from overflowing. */
    static Rate of(Limit limit, Calendar calendar) {
        return new Rate(
                limit instanceof Limit.TokenBucket,
                limit.permits(),
                limit.window().toNanos(),
                limit.capacity(),
                limit instanceof Limit.CalendarQuota quota ? calendar.of(quota) : null);
    }

    /** The part of one of several nodes, at least a permit. */
    Rate share(int nodes) {
        return new Rate(
                bucket,
                Math.max(1, permits / nodes),
                window,
                Math.max(1, capacity / nodes),
                periods);
    }

    /** The whole nanoseconds in which so many permits drain; at most the capacity. */
    long nanos(long cost) {
        return rest == 0 ? cost * each : cost * each + cost * rest / permits;
    }

    /** Whether usages of the other rate mean the same: numbers of permits may differ. */
    boolean sameKind(Rate other) {
        return bucket == other.bucket
                && window == other.window
                && (periods == null
                        ? other.periods == null
                        : other.periods != null && periods.sameKind(other.periods));
    }

    boolean same(Rate other) {
        return this == other
                || sameKind(other) && permits == other.permits && capacity == other.capacity;
    }

    @Override
    public String toString() {
        return permits + "/" + window + "ns" + (bucket ? " burst " + capacity : "");
    }
}
