package io.weir.store;

import io.weir.Key;
import io.weir.LimitState;
import io.weir.Policy;
import java.util.List;

/**
 * Where counts live. Every method returns at once or within the store's deadline; thread-safe.
 *
 * <p>A store counts by policy name and key, and for each limit by its kind and window: a policy
 * whose number of permits changed keeps the permits that are used.
 */
public interface Store {

    /**
     * Takes permits from every limit of the policy, or from none.
     *
     * @param policy the policy
     * @param key whose permits
     * @param cost how many permits, at least 1; more than {@link Policy#capacity()} is {@link
     *     io.weir.Decision.Impossible} and takes nothing
     * @return admitted, refused or impossible
     * @throws StoreUnavailableException if the store cannot decide
     */
    Outcome tryAcquire(Policy policy, Key key, long cost) throws StoreUnavailableException;

    /**
     * Looks without taking.
     *
     * @param policy the policy
     * @param key whose permits
     * @return the state of each limit, in the policy's order
     * @throws StoreUnavailableException if the store cannot tell
     */
    List<LimitState> peek(Policy policy, Key key) throws StoreUnavailableException;

    /**
     * Forgets what was used of every limit of the policy.
     *
     * @param policy the policy
     * @param key whose permits
     * @throws StoreUnavailableException if the store cannot be reached
     */
    void reset(Policy policy, Key key) throws StoreUnavailableException;
}
