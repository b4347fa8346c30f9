package io.weir.internal.count;

import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * A clock for measuring ages. Its origin is arbitrary and its reading may overflow (see {@link
 * System#nanoTime()}), so readings are compared by subtraction only. Thread-safe.
 */
@FunctionalInterface
public interface Ticker {

    /**
     * The reading now.
     *
     * @return nanoseconds since an arbitrary origin
     */
    long nanoTime();

    /**
     * What a clock on the wall shows, for what ends with a day or a month. Unlike the reading it
     * may be put forward and back.
     *
     * @return the date and the time now
     */
    default Instant date() {
        return Instant.now();
    }

    /**
     * Lets the calling thread wait.
     *
     * @param nanos how long, in nanoseconds
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    default void sleep(long nanos) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(nanos);
    }
}
