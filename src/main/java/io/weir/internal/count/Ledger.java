package io.weir.internal.count;

import io.weir.Key;
import io.weir.Policy;

/**
 * A store that tells what was used, so that another one can count it, and counts what another one
 * has decided. Always available. Thread-safe.
 */
public interface Ledger extends Store {

    /**
     * Whether what the store says of a key is of that key alone.
     *
     * @param policy the policy
     * @param key whose permits
     * @return false of a key that was not counted, or only together with others
     */
    boolean knows(Policy policy, Key key);

    /**
     * Tells what a key has used.
     *
     * @param policy the policy
     * @param key whose permits
     * @return what was used, as far as the store can tell it apart from what others have used
     */
    Debt tell(Policy policy, Key key);

    /**
     * Tells what a key has used, and forgets it.
     *
     * @param policy the policy
     * @param key whose permits
     * @return what was used, as far as the store can tell it apart from what others have used
     */
    Debt drain(Policy policy, Key key);

    /**
     * Counts what another store has admitted, also where it would not have been free here.
     *
     * @param policy the policy
     * @param key whose permits
     * @param cost how many permits, 1 to {@link Policy#capacity()}
     * @return the way to give them back, where the policy does
     */
    Receipt count(Policy policy, Key key, long cost);
}
