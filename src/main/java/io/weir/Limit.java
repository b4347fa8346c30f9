package io.weir;

import java.io.Serializable;
import java.time.Duration;
import java.time.ZoneId;

/**
 * A number of permits per window of time, or per period of a calendar. Immutable; a limit that
 * could not be counted exactly cannot be built.
 *
 * <p>A window is a whole number of milliseconds between 1 ms and {@value #MAX_WINDOW_DAYS} days.
 */
public sealed interface Limit extends Serializable {

    /** The longest window, in days. */
    long MAX_WINDOW_DAYS = 366;

    /**
     * The largest product of a token bucket's burst (permits) and its window (milliseconds): the
     * integers that a Redis script counts without rounding end at 2<sup>53</sup>. It takes at most
     * as many microseconds (285 years) to fill a bucket.
     */
    long MAX_BUCKET_AREA = 1L << 53;

    /**
     * Permits that come back in each window.
     *
     * @return permits, at least 1
     */
    long permits();

    /**
     * The window; of a calendar's periods, which are not all as long, the usual greatest length.
     *
     * @return whole milliseconds, at least 1 ms
     */
    Duration window();

    /**
     * The most permits that can be taken at one instant.
     *
     * @return permits, at least 1
     */
    long capacity();

    /**
     * The time after which an exhausted limit is as good as new: the window, or the time to fill
     * the bucket, rounded up to a nanosecond. No wait is ever longer.
     *
     * @return a positive duration
     */
    Duration fullAfter();

    /**
     * Whether permits may be used so much later than they are taken.
     *
     * @param lease whole milliseconds
     * @return true up to half a window, or to the time that fills half a bucket; never for a
     *     calendar quota
     */
    boolean bears(Duration lease);

    /**
     * What permits are taken from that are used up to so much later, for their use to keep this
     * limit.
     *
     * @param lease whole milliseconds, of which {@link #bears} is true
     * @return a longer window, or a smaller bucket
     */
    Limit withLease(Duration lease);

    /**
     * An exact sliding window: never more than {@code permits} in any interval as long as {@code
     * window}, wherever it begins.
     *
     * @param permits permits, 1 to {@link Integer#MAX_VALUE}
     * @param window whole milliseconds, 1 ms to {@value Limit#MAX_WINDOW_DAYS} days
     * @serial exclude
     */
    record SlidingWindow(long permits, Duration window) implements Limit {

        /**
         * Checks the bounds.
         *
         * @param permits permits
         * @param window the window
         * @throws IllegalArgumentException if a bound is not kept; the message says which
         */
        public SlidingWindow {
            checkPermits("permits", permits);
            checkWindow(window);
        }

        @Override
        public long capacity() {
            return permits;
        }

        @Override
        public Duration fullAfter() {
            return window;
        }

        @Override
        public boolean bears(Duration lease) {
            return lease.multipliedBy(2).compareTo(window) <= 0
                    && window.plus(lease).toDays() < MAX_WINDOW_DAYS;
        }

        @Override
        public Limit withLease(Duration lease) {
            return new SlidingWindow(permits, window.plus(lease));
        }
    }

    /**
     * A token bucket: at most {@code burst} permits at once, refilled at the steady rate of {@code
     * permits} per {@code window}; so at most {@code burst + permits} in any window.
     *
     * @param permits permits refilled per window, 1 to {@link Integer#MAX_VALUE}
     * @param window whole milliseconds, 1 ms to {@value Limit#MAX_WINDOW_DAYS} days
     * @param burst permits the bucket holds, 1 to {@link Integer#MAX_VALUE}; times the window in
     *     milliseconds at most {@link Limit#MAX_BUCKET_AREA}, and filled after at most
     *     2<sup>53</sup> microseconds
     * @serial exclude
     */
    record TokenBucket(long permits, Duration window, long burst) implements Limit {

        /**
         * Checks the bounds.
         *
         * @param permits permits refilled per window
         * @param window the window
         * @param burst permits the bucket holds
         * @throws IllegalArgumentException if a bound is not kept; the message says which
         */
        public TokenBucket {
            checkPermits("permits", permits);
            checkPermits("burst", burst);
            checkWindow(window);
            // From a thousand permits on the area is the bound, below that the time to fill it.
            long most = MAX_BUCKET_AREA * Math.min(permits, 1_000) / (window.toMillis() * 1_000);
            if (burst > most) {
                throw new IllegalArgumentException(
                        "burst is "
                                + burst
                                + ", expected at most "
                                + most
                                + " for "
                                + permits
                                + " in "
                                + window);
            }
        }

        @Override
        public long capacity() {
            return burst;
        }

        @Override
        public Duration fullAfter() {
            long area = burst * window.toMillis(); // at most 2^53, and 2^53 / 1000 * permits
            long millis = area / permits;
            long rest = area % permits;
            return Duration.ofMillis(millis).plusNanos((rest * 1_000_000 + permits - 1) / permits);
        }

        @Override
        public boolean bears(Duration lease) {
            return lease.compareTo(window) <= 0 && 2 * drained(lease) <= burst;
        }

        @Override
        public Limit withLease(Duration lease) {
            return new TokenBucket(permits, window, burst - drained(lease));
        }

        /** The permits that drain meanwhile, rounded up. */
        private long drained(Duration time) {
            return -Math.floorDiv(-permits * time.toMillis(), window.toMillis());
        }
    }

    /**
     * At most {@code permits} in each period of a calendar, which begins at midnight in a zone; so
     * up to twice as many around the end of one. Periods are as long as the zone's clocks make
     * them.
     *
     * @param permits permits, 1 to {@link Integer#MAX_VALUE}
     * @param period which periods
     * @param zone whose midnight
     * @serial exclude
     */
    record CalendarQuota(long permits, Period period, ZoneId zone) implements Limit {

        /**
         * Checks the bounds.
         *
         * @param permits permits
         * @param period which periods
         * @param zone whose midnight
         * @throws IllegalArgumentException if a bound is not kept; the message says which
         */
        public CalendarQuota {
            checkPermits("permits", permits);
        }

        @Override
        public Duration window() {
            return Duration.ofDays(period.days);
        }

        @Override
        public long capacity() {
            return permits;
        }

        /** A zone that moves its clocks makes a period longer, by a day at most. */
        @Override
        public Duration fullAfter() {
            return window().plusDays(1);
        }

        /** A permit that is taken before midnight would be used after it. */
        @Override
        public boolean bears(Duration lease) {
            return false;
        }

        @Override
        public Limit withLease(Duration lease) {
            return this;
        }
    }

    /** The periods of a calendar. */
    enum Period {
        /** Each day. */
        DAY(1),
        /** Seven days, the first of which is a Monday. */
        WEEK_FROM_MONDAY(7),
        /** Seven days, the first of which is a Tuesday. */
        WEEK_FROM_TUESDAY(7),
        /** Seven days, the first of which is a Wednesday. */
        WEEK_FROM_WEDNESDAY(7),
        /** Seven days, the first of which is a Thursday. */
        WEEK_FROM_THURSDAY(7),
        /** Seven days, the first of which is a Friday. */
        WEEK_FROM_FRIDAY(7),
        /** Seven days, the first of which is a Saturday. */
        WEEK_FROM_SATURDAY(7),
        /** Seven days, the first of which is a Sunday. */
        WEEK_FROM_SUNDAY(7),
        /** Each month, from its first day. */
        MONTH(31);

        private final int days;

        Period(int days) {
            this.days = days;
        }
    }

    private static void checkPermits(String what, long permits) {
        if (permits < 1 || permits > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    what + " is " + permits + ", expected 1 to " + Integer.MAX_VALUE);
        }
    }

    private static void checkWindow(Duration window) {
        if (window.isNegative()
                || window.isZero()
                || window.compareTo(Duration.ofDays(MAX_WINDOW_DAYS)) > 0
                || window.toNanosPart() % 1_000_000 != 0) {
            throw new IllegalArgumentException(
                    "window is "
                            + window
                            + ", expected whole milliseconds from 1 ms to "
                            + MAX_WINDOW_DAYS
                            + " days");
        }
    }
}
