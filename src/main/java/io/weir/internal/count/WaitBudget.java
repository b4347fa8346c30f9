package io.weir.internal.count;

import java.time.Duration;

/**
 * How long one operation may still wait for the shared counts, over all its decisions together.
 * Thread-safe.
 *
 * <p>A wait of less than a tenth of it is free: or a batch of a thousand calls that Redis answers
 * at once would have none left.
 */
public final class WaitBudget {

    private static final int FREE_PART = 10;

    private final long free;
    private long left;

    /**
     * All of it.
     *
     * @param deadline how long
     */
    public WaitBudget(Duration deadline) {
        left = deadline.toNanos();
        free = left / FREE_PART;
    }

    synchronized long left() {
        return left;
    }

    synchronized void spend(long nanos) {
        if (nanos >= free) {
            left -= nanos;
        }
    }
}
