package io.weir.internal.count;

import org.jspecify.annotations.Nullable;

/**
 * What one node knows of one policy and key, at one moment. Immutable: an {@link Entry} swaps it by
 * compare-and-set.
 *
 * <p>Where counting is all there is to know, it is the {@link Usage} itself; of a single bucket not
 * even that ({@link Single}).
 */
abstract sealed class State permits Usage, Ledger, State.Single, State.Removed {

    /** What is used of each limit. */
    abstract Usage used();

    /** How many more places it takes than a key does: memory is bounded in these. */
    abstract int weight();

    /** Whether it answers everything as nothing would, so that it can be forgotten. */
    abstract boolean isUnused(long now);

    /**
     * Of an entry that holds the only bucket itself: as the moment at which it has drained, in half
     * nanoseconds. One for all keys.
     *
     * <p>A moment is a reading of the clock twice, so its highest bit is lost: it tells differences
     * of up to 146 years, which is more than any such bucket needs.
     */
    static final class Single extends State {

        private static final long LARGEST = Long.MAX_VALUE / 4;

        private final Rate rate;

        private Single(Rate rate) {
            this.rate = rate;
        }

        /** Null where a moment could not say it: of other limits, or with parts of a nanosecond. */
        static @Nullable Single of(Rate... rates) {
            Rate rate = rates[0];
            return rates.length == 1 && rate.bucket && rate.rest == 0 && rate.full <= LARGEST
                    ? new Single(rate)
                    : null;
        }

        static long moment(long now) {
            return now << 1;
        }

        /** Somebody makes a state of its own of it. */
        static long moved(long moment) {
            return moment | 1;
        }

        static boolean isMoved(long moment) {
            return (moment & 1) != 0;
        }

        /** Whole nanoseconds; negative: for how long it has been empty. */
        private static long left(long moment, long now) {
            return moment - moment(now) >> 1;
        }

        Bucket bucket(long moment, long now) {
            return Bucket.drained(rate, now + left(moment, now));
        }

        /**
         * With permits taken; the cost is at most the capacity.
         *
         * @return the same moment if they are not free
         */
        long take(long moment, long cost, long now) {
            long level = Math.max(0, left(moment, now));
            long more = cost * rate.each;
            return level > rate.full - more ? moment : moment(now + level + more);
        }

        /** Whether less than a fifth is left of more than one permit. */
        boolean isNear(long moment, long now) {
            return rate.capacity > 1 && take(moment, rate.fifth, now) == moment;
        }

        @Override
        Usage used() {
            throw new IllegalStateException("the entry has it");
        }

        @Override
        int weight() {
            return 0;
        }

        @Override
        boolean isUnused(long now) {
            throw new IllegalStateException("the entry knows it");
        }
    }

    /** Of an entry that is no longer in the map. */
    static final class Removed extends State {

        static final Removed REMOVED = new Removed();

        private Removed() {}

        @Override
        Usage used() {
            throw new IllegalStateException("removed");
        }

        @Override
        int weight() {
            return 0;
        }

        @Override
        boolean isUnused(long now) {
            return false;
        }
    }
}
