package io.weir.decision;

import java.util.Arrays;

/**
 * An exact sliding window: the times at which the permits in use were taken, oldest first. A permit
 * taken at {@code t} is free again at {@code t + window}, and not a nanosecond earlier.
 *
 * <p>A ring of eight bytes for each permit in use.
 */
final class SlidingLog implements Usage {

    private static final long[] EMPTY = {};

    private long[] times = EMPTY;
    private int oldest;
    private int size;

    @Override
    public long waitFor(Rate rate, long cost, long now) {
        long at = settle(rate, now);
        long tooMany = size + cost - rate.permits();
        return tooMany <= 0 ? 0 : freeIn(rate, (int) (tooMany - 1), at);
    }

    @Override
    public long take(Rate rate, long cost, long now) {
        long at = settle(rate, now);
        reserve((int) cost);
        for (long i = 0; i < cost; i++) {
            times[index(size++)] = at;
        }
        return at;
    }

    @Override
    public void giveBack(Rate rate, long cost, long stamp, long now) {
        settle(rate, now);
        int kept = 0;
        long left = cost;
        for (int i = 0; i < size; i++) {
            long time = times[index(i)];
            if (time == stamp && left > 0) {
                left--;
            } else {
                times[index(kept++)] = time;
            }
        }
        size = kept;
    }

    @Override
    public long remaining(Rate rate, long now) {
        settle(rate, now);
        return Math.max(0, rate.permits() - size);
    }

    @Override
    public long untilNext(Rate rate, long now) {
        long at = settle(rate, now);
        return size == 0 ? 0 : freeIn(rate, (int) Math.max(0, size - rate.permits()), at);
    }

    @Override
    public boolean isUnused(Rate rate, long now) {
        settle(rate, now);
        return size == 0;
    }

    @Override
    public long[] ages(Rate rate, long now) {
        long at = settle(rate, now);
        long[] ages = new long[size];
        Arrays.setAll(ages, i -> at - times[index(i)]);
        return ages;
    }

    /** Forgets what has expired and answers the time that counts as now. */
    private long settle(Rate rate, long now) {
        if (size == 0) {
            return now;
        }
        long newest = times[index(size - 1)];
        long at = now - newest < 0 ? newest : now;
        while (size > 0 && at - times[oldest] >= rate.window()) {
            oldest = index(1);
            size--;
        }
        if (size == 0) {
            times = EMPTY;
            oldest = 0;
        }
        return at;
    }

    private long freeIn(Rate rate, int which, long at) {
        return rate.window() - (at - times[index(which)]);
    }

    private int index(int i) {
        int at = oldest + i;
        return at < times.length ? at : at - times.length;
    }

    private void reserve(int more) {
        if (size + more <= times.length) {
            return;
        }
        long[] larger = new long[Math.max(size + more, Math.min(2 * times.length, size + 1024))];
        int tail = Math.min(size, times.length - oldest);
        System.arraycopy(times, oldest, larger, 0, tail);
        System.arraycopy(times, 0, larger, tail, size - tail);
        times = larger;
        oldest = 0;
    }

    @Override
    public String toString() {
        long[] inOrder = new long[size];
        Arrays.setAll(inOrder, i -> times[index(i)]);
        return Arrays.toString(inOrder);
    }
}
