package io.weir.decision;

/**
 * A token bucket, counted as what is used rather than as what is left: each permit taken adds one
 * window to the level, and each nanosecond takes {@code permits} off it. In this unit (permits
 * times nanoseconds) nothing is ever rounded, whether or not the window divides by the permits.
 *
 * <p>This is GCRA (ITU-T I.371) with the level instead of the theoretical arrival time, because a
 * level is still right when the number of permits changes.
 */
final class BucketLevel implements Usage {

    private long level;
    private long settledAt;

    @Override
    public long waitFor(Rate rate, long cost, long now) {
        settle(rate, now);
        // Not level + cost - capacity: the sum can overflow.
        long tooMuch = level - (area(rate, rate.capacity()) - area(rate, cost));
        return tooMuch <= 0 ? 0 : ceilDiv(tooMuch, rate.permits());
    }

    @Override
    public long take(Rate rate, long cost, long now) {
        settle(rate, now);
        level += area(rate, cost);
        // When the last of these has drained: rounded up, so at most a nanosecond's worth too late.
        return settledAt + ceilDiv(level, rate.permits());
    }

    @Override
    public void giveBack(Rate rate, long cost, long stamp, long now) {
        settle(rate, now);
        long undrained = stamp - settledAt;
        if (undrained > 0) {
            long cap = area(rate, cost);
            long area = undrained > cap / rate.permits() ? cap : undrained * rate.permits();
            level = Math.max(0, level - area);
        }
    }

    @Override
    public long remaining(Rate rate, long now) {
        settle(rate, now);
        return Math.max(0, area(rate, rate.capacity()) - level) / rate.window();
    }

    @Override
    public long untilNext(Rate rate, long now) {
        long next = remaining(rate, now) + 1;
        return next > rate.capacity() ? 0 : waitFor(rate, next, now);
    }

    @Override
    public boolean isUnused(Rate rate, long now) {
        settle(rate, now);
        return level == 0;
    }

    @Override
    public long[] ages(Rate rate, long now) {
        settle(rate, now);
        return level == 0 ? new long[0] : new long[] {ceilDiv(level, rate.permits())};
    }

    private void settle(Rate rate, long now) {
        level = Math.min(level, area(rate, rate.capacity())); // a smaller burst: no longer wait
        long elapsed = now - settledAt;
        if (level == 0) {
            settledAt = now;
        } else if (elapsed > 0) {
            level -= elapsed > level / rate.permits() ? level : elapsed * rate.permits();
            settledAt = now;
        }
    }

    private static long area(Rate rate, long permits) {
        return permits * rate.window();
    }

    private static long ceilDiv(long dividend, long divisor) {
        return dividend / divisor + (dividend % divisor == 0 ? 0 : 1);
    }

    @Override
    public String toString() {
        return level + " at " + settledAt;
    }
}
