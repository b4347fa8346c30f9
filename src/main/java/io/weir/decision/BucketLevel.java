package io.weir.decision;

/**
 * A token bucket, counted as what is used rather than as what is left: each permit taken adds one
 * window to the level, and each nanosecond takes {@code permits} off it. In this unit (permits
 * times nanoseconds) nothing is ever rounded, whether or not the window divides by the permits.
 *
 * <p>This is GCRA (ITU-T I.371) with the level instead of the theoretical arrival time, because a
 * level is still right when the number of permits changes.
 */
final class BucketLevel extends Usage {

    private long level;
    private long settledAt;

    @Override
    public void clear() {
        level = 0;
    }

    @Override
    public long waitFor(Rate rate, long cost, long now) {
        settle(rate, now);
        return waitAt(rate, level, cost);
    }

    static long waitAt(Rate rate, long level, long cost) {
        // Not level + cost - capacity: the sum can overflow.
        long tooMuch = level - (area(rate, rate.capacity()) - area(rate, cost));
        return tooMuch <= 0 ? 0 : ceilDiv(tooMuch, rate.permits());
    }

    @Override
    public long tryTake(Rate rate, long cost, long now) {
        settle(rate, now);
        long wait = waitAt(rate, level, cost);
        if (wait == 0) {
            level += area(rate, cost); // without the division that a stamp takes
        }
        return wait;
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
    public long used(Rate rate, long now) {
        settle(rate, now);
        return level;
    }

    @Override
    public long untilOldest(Rate rate, long now) {
        return 0;
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
