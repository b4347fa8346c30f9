package io.weir.decision;

import java.util.Arrays;

/**
 * An exact sliding window: the times at which the permits in use were taken, oldest first. A permit
 * taken at {@code t} is free again at {@code t + window}, and not a nanosecond earlier.
 *
 * <p>A ring of eight bytes for each permit in use.
 */
final class SlidingLog extends Usage {

    private static final long[] EMPTY = {};

    /** So small an array is kept when nothing is in use: else every first take would make one. */
    private static final int KEPT = 8;

    private long[] times = EMPTY;
    private int oldest;
    private int size;

    @Override
    public void clear() {
        times = EMPTY;
        oldest = 0;
        size = 0;
    }

    @Override
    public long waitFor(Rate rate, long cost, long now) {
        return waitAt(rate, cost, settle(rate, now));
    }

    private long waitAt(Rate rate, long cost, long at) {
        long tooMany = size + cost - rate.permits();
        return tooMany <= 0 ? 0 : freeIn(rate, (int) (tooMany - 1), at);
    }

    @Override
    public long tryTake(Rate rate, long cost, long now) {
        long at = settle(rate, now);
        long wait = waitAt(rate, cost, at);
        if (wait == 0) {
            takeAt(rate, cost, at);
        }
        return wait;
    }

    @Override
    public long take(Rate rate, long cost, long now) {
        long at = settle(rate, now);
        takeAt(rate, cost, at);
        return at;
    }

    private void takeAt(Rate rate, long cost, long at) {
        reserve(rate, (int) cost);
        for (long i = 0; i < cost; i++) {
            times[index(size++)] = at;
        }
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
    public long used(Rate rate, long now) {
        settle(rate, now);
        return size;
    }

    @Override
    public long untilOldest(Rate rate, long now) {
        long at = settle(rate, now);
        return size == 0 ? 0 : freeIn(rate, (int) Math.max(0, size - rate.permits()), at);
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
            oldest = 0;
            if (times.length > KEPT) {
                times = EMPTY;
            }
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

    /** By a quarter: what is not in use is memory of every key. Never past what can be in use. */
    private void reserve(Rate rate, int more) {
        int needed = size + more;
        if (needed <= times.length) {
            return;
        }
        long grown = Math.min(needed + (long) needed / 4, rate.permits());
        long[] larger = new long[(int) Math.max(needed, grown)];
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
