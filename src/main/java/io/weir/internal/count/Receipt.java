package io.weir.internal.count;

/** What one admission took, and the way to give exactly that back. */
@FunctionalInterface
public interface Receipt {

    /** Of decisions that took nothing, and of policies that do not give back. */
    Receipt NOTHING = () -> {};

    /**
     * Puts the permits back. To be called at most once; permits that have come back by themselves
     * since are not given twice.
     *
     * @throws StoreUnavailableException if the store cannot be reached; the permits then come back
     *     with time
     */
    void giveBack() throws StoreUnavailableException;
}
