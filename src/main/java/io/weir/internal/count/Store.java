package io.weir.internal.count;

import io.weir.Key;
import io.weir.LimitState;
import io.weir.Policy;
import java.util.List;

/**
 * Where counts live. Every method returns at once or within the deadline; thread-safe.
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
     * @param budget how long the operation may still wait
     * @return the decision; also where the shared counts are away
     */
    Outcome tryAcquire(Policy policy, Key key, long cost, WaitBudget budget);

    /**
     * Takes permits of a policy, and of a candidate for its limits as if that were in force alone.
     * Where counts are shared, both are asked in one round trip.
     *
     * @param policy the policy
     * @param candidate a policy of another name; nothing of it changes what is decided for the
     *     first
     * @param key whose permits, of both
     * @param cost how many permits, as above
     * @param budget how long the operation may still wait
     * @return both decisions
     */
    default Both tryAcquire(
            Policy policy, Policy candidate, Key key, long cost, WaitBudget budget) {
        return new Both(
                tryAcquire(policy, key, cost, budget), tryAcquire(candidate, key, cost, budget));
    }

    /**
     * What a store answers about two policies.
     *
     * @param outcome of the policy
     * @param candidate of the candidate
     */
    record Both(Outcome outcome, Outcome candidate) {}

    /**
     * Takes permits for an operation of its own.
     *
     * @param policy the policy
     * @param key whose permits
     * @param cost how many permits, as above
     * @return the decision
     */
    default Outcome tryAcquire(Policy policy, Key key, long cost) {
        return tryAcquire(policy, key, cost, budget());
    }

    /**
     * For an operation that begins.
     *
     * @return how long its decisions may wait together
     */
    WaitBudget budget();

    /**
     * Looks without taking.
     *
     * @param policy the policy
     * @param key whose permits
     * @return the state of each limit, in the policy's order
     */
    List<LimitState> peek(Policy policy, Key key);

    /**
     * Forgets what was used of every limit of the policy.
     *
     * @param policy the policy
     * @param key whose permits
     * @throws StoreUnavailableException if only this node has forgotten; the others are told when
     *     the shared counts are back
     */
    void reset(Policy policy, Key key) throws StoreUnavailableException;
}
