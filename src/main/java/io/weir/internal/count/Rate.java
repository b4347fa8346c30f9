package io.weir.internal.count;

import io.weir.Limit;

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

    private Rate(boolean bucket, long permits, long window, long capacity) {
        this.bucket = bucket;
        this.permits = permits;
        this.window = window;
        this.capacity = capacity;
        this.fifth = (capacity - 1) / 5 + 1;
        this.each = window / permits;
        this.rest = window % permits;
        this.full = nanos(capacity);
        this.fullRest = capacity * rest % permits;
    }

    /** The bounds of a limit are what keeps the arithmetic from overflowing. */
    static Rate of(Limit limit) {
        return new Rate(
                limit instanceof Limit.TokenBucket,
                limit.permits(),
                limit.window().toNanos(),
                limit.capacity());
    }

    /** The part of one of several nodes, at least a permit. */
    Rate share(int nodes) {
        return new Rate(
                bucket, Math.max(1, permits / nodes), window, Math.max(1, capacity / nodes));
    }

    /** The whole nanoseconds in which so many permits drain; at most the capacity. */
    long nanos(long cost) {
        return rest == 0 ? cost * each : cost * each + cost * rest / permits;
    }

    /** Whether usages of the other rate mean the same: numbers of permits may differ. */
    boolean sameKind(Rate other) {
        return bucket == other.bucket && window == other.window;
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
