package io.weir.internal.observe;

/**
 * The most that one key has used in any window: never too low, and too high by what was used in a
 * tenth of a window at most. Thread-safe.
 */
final class PeakUse {

    private static final int PARTS = 10;

    private final long part;

    /** A window touches one part more than it has. */
    private final long[] used = new long[PARTS + 1];

    private long newest;
    private long sum;
    private long peak;

    /**
     * Nothing is used.
     *
     * @param window nanoseconds
     */
    PeakUse(long window) {
        part = Math.max(1, window / PARTS);
    }

    /**
     * So much is used.
     *
     * @param time nanoseconds since any moment, at least 0
     */
    synchronized void use(long time, long permits) {
        long now = Math.max(newest, time / part);
        for (long at = Math.max(newest, now - used.length) + 1; at <= now; at++) {
            sum -= used[index(at)];
            used[index(at)] = 0;
        }
        newest = now;
        used[index(now)] += permits;
        sum += permits;
        peak = Math.max(peak, sum);
    }

    private int index(long at) {
        return (int) (at % used.length);
    }

    synchronized long peak() {
        return peak;
    }
}
