package io.weir.store;

import io.weir.Key;
import io.weir.Policy;

/** A store that tells what was used, so that another one can count it. Thread-safe. */
public interface Ledger extends Store {

    /**
     * Tells what a key has used, and forgets it.
     *
     * @param policy the policy
     * @param key whose permits
     * @return what was used, as far as the store can tell it apart from what others have used
     */
    Debt drain(Policy policy, Key key);
}
