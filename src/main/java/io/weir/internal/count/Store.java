package io.weir.internal.count;

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
     * Takes permits as {@link #tryAcquire(Policy, Key, long)} does, after counting what is owed, in
     * the same round trip. A store that cannot count what it did not decide leaves that out.
     *
     * @param policy the policy
     * @param key whose permits
     * @param cost how many permits, as above
     * @param debt what this node has admitted while the store was away
     * @return admitted, refused or impossible
     * @throws StoreUnavailableException if the store cannot decide; what is owed may be counted
     */
    default Outcome tryAcquire(Policy policy, Key key, long cost, Debt debt)
            throws StoreUnavailableException {
        return tryAcquire(policy, key, cost);
    }

    /**
     * Whether {@link #tryAcquire(Policy, Key, long, Debt)} counts what is owed.
     *
     * @param policy the policy
     * @return false unless the store can
     */
    default boolean countsDebts(Policy policy) {
        return false;
    }

    /**
     * Whether the store still knows what it knew at the last heartbeat.
     *
     * @return false if it has lost anything since
     * @throws StoreUnavailableException if the store cannot tell
     */
    default boolean remembers() throws StoreUnavailableException {
        return true;
    }

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
