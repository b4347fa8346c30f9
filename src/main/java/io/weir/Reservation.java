package io.weir;

/**
 * Permits that were taken for an operation whose cost is known when it is over. Thread-safe.
 *
 * <p>It ends by being settled, or an hour after it was made: then what was reserved is the price.
 */
public interface Reservation {

    /**
     * Whether the permits were taken.
     *
     * @return admitted; if not, there is nothing to settle
     */
    Decision decision();

    /**
     * Says what the operation has cost. What was reserved beyond that is given back; what is
     * missing is charged though it may not be free, and the client waits until it is. A debt is as
     * large as the limit at most. Nobody waits for anything here.
     *
     * @param actual permits, at least 0
     * @return false if the reservation has ended before, and nothing happens
     * @throws IllegalArgumentException if {@code actual} is less than 0
     */
    boolean settle(long actual);
}
