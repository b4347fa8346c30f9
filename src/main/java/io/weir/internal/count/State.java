package io.weir.internal.count;

/**
 * What one node knows of one policy and key, at one moment. Immutable: an {@link Entry} swaps it by
 * compare-and-set.
 *
 * <p>Where counting is all there is to know, it is the {@link Usage} itself.
 */
abstract sealed class State permits Usage, Ledger, State.Removed {

    /** What is used of each limit. */
    abstract Usage used();

    /** How many more places it takes than a key does: memory is bounded in these. */
    abstract int weight();

    /** Whether it answers everything as nothing would, so that it can be forgotten. */
    abstract boolean isUnused(long now);

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
