package io.weir.internal.count;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * A token bucket: the moment at which all that is used of it has drained, in nanoseconds and parts
 * of one ({@link Level}). This is GCRA (ITU-T I.371) without its rounding.
 *
 * <p>The level may be above the capacity: more was admitted elsewhere, or the burst was made
 * smaller. Looking never cuts it.
 */
final class Bucket extends Usage {

    private final long drained;
    private final int parts;

    /** When it was counted last: a reading older than that counts as that. */
    private final long seen;

    private Bucket(Rate rate, @Nullable Usage next, long drained, long parts, long seen) {
        super(rate, next);
        this.drained = drained;
        this.parts = (int) parts;
        this.seen = seen;
    }

    static Bucket unused(Rate rate, @Nullable Usage next, long now) {
        return new Bucket(rate, next, now, 0, now);
    }

    /** At most as full as it can be. */
    static Bucket drained(Rate rate, long moment) {
        return new Bucket(rate, null, moment, 0, moment - rate.full);
    }

    private long notBefore(long now) {
        return now - seen < 0 ? seen : now;
    }

    /** The whole nanoseconds of the level; negative: for how long it has been empty. */
    private long left(long now) {
        return drained - notBefore(now);
    }

    private long nanos(long now) {
        return Math.max(0, left(now));
    }

    private long parts(long now) {
        return left(now) < 0 ? 0 : parts;
    }

    Level level(long now) {
        return left(now) < 0 ? Level.EMPTY : new Level(left(now), parts);
    }

    Bucket withLevel(Level level, @Nullable Usage behind, long now) {
        long at = notBefore(now);
        return new Bucket(rate, behind, at + level.nanos(), level.parts(), at);
    }

    @Override
    boolean isInUse(long now) {
        long left = left(now);
        return left > 0 || left == 0 && parts > 0;
    }

    @Override
    long waitFor(long cost, long now) {
        // Not level + cost - capacity: the sum can overflow.
        long room = rate.full - rate.nanos(cost);
        if (rate.rest == 0 && parts == 0) {
            return Math.max(0, nanos(now) - room);
        }
        long roomParts = rate.fullRest - cost * rate.rest % rate.permits;
        long over = nanos(now) - room;
        long overParts = parts(now) - roomParts;
        // Between -permits and 2 x permits: a started nanosecond is a whole one.
        over += Math.floorDiv(overParts, rate.permits);
        return Math.max(0, Math.floorMod(overParts, rate.permits) > 0 ? over + 1 : over);
    }

    @Override
    Usage take(long cost, long now, @Nullable Usage behind) {
        long at = notBefore(now);
        boolean empty = drained - at < 0;
        long level = empty ? 0 : drained - at;
        if (rate.rest == 0) {
            return new Bucket(
                    rate, behind, at + sum(level, cost * rate.each), empty ? 0 : parts, at);
        }
        long sum = (empty ? 0 : parts) + cost * rate.rest;
        long more = cost * rate.each + sum / rate.permits;
        return new Bucket(rate, behind, at + sum(level, more), sum % rate.permits, at);
    }

    @Override
    Usage charge(long cost, long now, @Nullable Usage behind) {
        Level full = Level.of(rate, rate.capacity);
        Level most = full.plus(full, rate);
        Level is = level(now);
        Level more = is.plus(Level.of(rate, Math.min(cost, rate.capacity)), rate);
        if (most.isLessThan(more)) {
            more = most.isLessThan(is) ? is : most;
        }
        return withLevel(more, behind, now);
    }

    /** Never more than a difference of two readings can tell: 292 years. */
    private static long sum(long level, long more) {
        return level + more < 0 ? Long.MAX_VALUE : level + more;
    }

    @Override
    long remaining(long now) {
        long free = rate.full - nanos(now);
        long freeParts = rate.fullRest - parts(now);
        if (free < 0 || free == 0 && freeParts < 0) {
            return 0;
        }
        if (rate.rest == 0) {
            return (freeParts < 0 ? free - 1 : free) / rate.each;
        }
        return BigInteger.valueOf(free)
                .multiply(BigInteger.valueOf(rate.permits))
                .add(BigInteger.valueOf(freeParts))
                .divide(BigInteger.valueOf(rate.window))
                .longValueExact();
    }

    @Override
    long untilNext(long now) {
        long next = remaining(now) + 1;
        return next > rate.capacity ? 0 : waitFor(next, now);
    }

    @Override
    Usage by(Rate other, @Nullable Usage behind, long now) {
        Level level = level(now).by(rate, other);
        long at = notBefore(now);
        return new Bucket(other, behind, at + level.nanos(), level.parts(), at);
    }

    @Override
    Usage before(@Nullable Usage behind) {
        return new Bucket(rate, behind, drained, parts, seen);
    }

    @Override
    Usage plus(Usage other, @Nullable Usage behind, long now) {
        Level more = ((Bucket) other).level(now);
        long sum = parts(now) + more.parts();
        long at = notBefore(now);
        long nanos = sum(nanos(now), sum(more.nanos(), sum / rate.permits));
        return new Bucket(rate, behind, at + nanos, sum % rate.permits, at);
    }

    @Override
    Usage compact(@Nullable Usage behind, long now) {
        return before(behind);
    }

    @Override
    SharedCounts.Debt debt(@Nullable Usage here, long now) {
        long here0 = here == null ? 0 : ((Bucket) here).nanos(now);
        return new SharedCounts.Debt.Level(nanos(now) + (parts(now) > 0 ? 1 : 0), here0);
    }

    @Override
    public String toString() {
        return drained + "+" + parts + "/" + rate.permits;
    }
}
