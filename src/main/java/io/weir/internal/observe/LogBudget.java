package io.weir.internal.observe;

/** So many lines in any second, wherever it begins. Thread-safe; asking takes no lock. */
final class LogBudget {

    static final int PER_SECOND = 10;
    private static final long SECOND = 1_000_000_000L;

    /** When the last lines were written, oldest first; never changed, only replaced. */
    private volatile long[] last = {};

    boolean areSpent(long now) {
        long[] times = last;
        return times.length == PER_SECOND && now - times[0] < SECOND;
    }

    /** Takes one line, if there is one. */
    synchronized boolean take(long now) {
        if (areSpent(now)) {
            return false;
        }
        int kept = Math.min(last.length, PER_SECOND - 1);
        long[] next = new long[kept + 1];
        System.arraycopy(last, last.length - kept, next, 0, kept);
        next[kept] = now;
        last = next;
        return true;
    }
}
