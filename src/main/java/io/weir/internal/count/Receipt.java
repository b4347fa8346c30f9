package io.weir.internal.count;

import java.time.Duration;

/** What one admission took, and the way to give exactly that back. */
@FunctionalInterface
public interface Receipt {

    /** Of decisions that took nothing, and of policies that do not give back. */
    Receipt NOTHING = () -> {};

    /** Nanoseconds until what nobody has settled keeps its estimate as its price. */
    long SETTLED_WITHIN = Duration.ofHours(1).toNanos();

    /**
     * Puts the permits back, without waiting for anybody. What has come back by itself since is not
     * given twice; a second call does nothing.
     */
    void giveBack();

    /**
     * The operation has cost something else: the difference is given back, or charged whether or
     * not it is free, without waiting for anybody.
     *
     * @param actual permits, at least 0
     * @return false if it was settled, given back or kept before, or if that is too late
     */
    default boolean settle(long actual) {
        return false;
    }

    /** The permits stay taken: nothing will be given back. Until then it takes memory. */
    default void keep() {}

    /**
     * This one and another together.
     *
     * @param other of a candidate, whose settling changes nothing of what is answered
     * @return both
     */
    default Receipt and(Receipt other) {
        Receipt one = this;
        return new Receipt() {
            @Override
            public void giveBack() {
                one.giveBack();
                other.giveBack();
            }

            @Override
            public boolean settle(long actual) {
                return one.settle(actual) | other.settle(actual);
            }

            @Override
            public void keep() {
                one.keep();
                other.keep();
            }
        };
    }
}
