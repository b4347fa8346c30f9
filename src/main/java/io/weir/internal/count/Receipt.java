package io.weir.internal.count;

/** What one admission took, and the way to give exactly that back. */
@FunctionalInterface
public interface Receipt {

    /** Of decisions that took nothing, and of policies that do not give back. */
    Receipt NOTHING = () -> {};

    /**
     * Puts the permits back, without waiting for anybody. What has come back by itself since is not
     * given twice; a second call does nothing.
     */
    void giveBack();

    /** The permits stay taken: nothing will be given back. Until then it takes memory. */
    default void keep() {}
}
