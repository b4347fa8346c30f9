package io.weir.internal.count;

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
}
