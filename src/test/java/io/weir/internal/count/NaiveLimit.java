package io.weir.internal.count;

import io.weir.Limit;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * Obviously right and slow: remembers every permit for ever, and answers by counting. Times are
 * nanoseconds since a start that is zero.
 */
final class NaiveLimit {

    private final Limit limit;
    private final List<Long> taken = new ArrayList<>();

    NaiveLimit(Limit limit) {
        this.limit = limit;
    }

    boolean admits(long cost, long now) {
        if (limit instanceof Limit.SlidingWindow sliding) {
            long window = sliding.window().toNanos();
            long used = taken.stream().filter(t -> now - t < window).count();
            return used + cost <= sliding.permits();
        }
        // What is used of a bucket, as a fraction over `permits`: replayed from the beginning.
        Limit.TokenBucket bucket = (Limit.TokenBucket) limit;
        BigInteger window = BigInteger.valueOf(bucket.window().toNanos());
        BigInteger level = BigInteger.ZERO;
        long at = 0;
        for (long t : taken) {
            level = drained(level, t - at, bucket).add(window);
            at = t;
        }
        level = drained(level, now - at, bucket);
        BigInteger room = BigInteger.valueOf(bucket.burst()).multiply(window).subtract(level);
        return room.compareTo(BigInteger.valueOf(cost).multiply(window)) >= 0;
    }

    private static BigInteger drained(BigInteger level, long nanos, Limit.TokenBucket bucket) {
        return level.subtract(
                        BigInteger.valueOf(nanos).multiply(BigInteger.valueOf(bucket.permits())))
                .max(BigInteger.ZERO);
    }

    void take(long cost, long now) {
        for (long i = 0; i < cost; i++) {
            taken.add(now);
        }
    }

    void untake(long cost, long takenAt) {
        for (long i = 0; i < cost; i++) {
            taken.remove(takenAt);
        }
    }

    List<Long> taken() {
        return taken;
    }
}
