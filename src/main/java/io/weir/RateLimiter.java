package io.weir;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The limits of this application, asked by hand. Inject it; it is thread-safe and lives as long as
 * the application.
 *
 * <pre>{@code
 * @Inject RateLimiter limiter;
 * ...
 * if (limiter.tryAcquire("view_count", productId) instanceof Decision.Admitted) {
 *     count(productId);
 * }
 * }</pre>
 *
 * <p>Where a policy is named, it is one from an annotation or from configuration. Resource ids are
 * what is told apart within the policy: String, number, boolean, enum, UUID or null. Without an
 * explicit key the current client is meant, as in an annotation. A policy that is observed or off
 * always admits. Whether a network is exempt or denied is asked of the current client, whatever the
 * key; of nobody outside a request.
 *
 * <p>Nothing is thrown or answered for a refusal: that is the caller's. What is asked for here is
 * charged each time, also where the current request has paid for the same policy and key.
 */
public interface RateLimiter {

    /**
     * Takes the permits of one operation, for the current client. Returns at once.
     *
     * @param policy the name of a policy
     * @param resourceIds what is told apart within the policy
     * @return the decision
     * @throws IllegalArgumentException if nobody declares the policy, or an id has no identity of
     *     its own
     */
    Decision tryAcquire(String policy, @Nullable Object... resourceIds);

    /**
     * Takes permits for an explicit key. Returns at once.
     *
     * @param policy the name of a policy
     * @param key whose permits
     * @param permits how many, at least 1
     * @return the decision
     * @throws IllegalArgumentException if nobody declares the policy, or {@code permits} is less
     *     than 1
     */
    Decision tryAcquire(String policy, Key key, long permits);

    /**
     * Takes the permits of one operation, for the current client, from a policy that nobody
     * declares. It shares its counts with every policy of the same name, for limits of the same
     * kind and window. Make such a policy once and keep it: each name is remembered for as long as
     * the application runs. Returns at once.
     *
     * @param policy the policy
     * @param resourceIds what is told apart within the policy
     * @return the decision
     * @throws IllegalArgumentException if an id has no identity of its own
     */
    Decision tryAcquire(Policy policy, @Nullable Object... resourceIds);

    /**
     * Takes permits for an explicit key from a policy that nobody declares. Returns at once.
     *
     * @param policy the policy
     * @param key whose permits
     * @param permits how many, at least 1
     * @return the decision
     * @throws IllegalArgumentException if {@code permits} is less than 1
     */
    Decision tryAcquire(Policy policy, Key key, long permits);

    /**
     * Takes the permits of one operation, for the current client, waiting for them if need be.
     *
     * <p>Tries, waits as long as the refusal says, and tries again. It does not queue: who comes in
     * between may be served first, and a caller may never be. It does not wait at all if the wait
     * would take longer than is left, or if no wait helps. No lock is held meanwhile, so that a
     * virtual thread costs nothing while it waits; a thread of a server's pool is missing there.
     *
     * @param atMost the longest wait; zero or less: none
     * @param policy the name of a policy
     * @param resourceIds what is told apart within the policy
     * @return the last decision
     * @throws IllegalArgumentException if nobody declares the policy, or an id has no identity of
     *     its own
     * @throws InterruptedException if the thread is interrupted while it waits; no permit is taken
     *     then
     */
    Decision acquire(Duration atMost, String policy, @Nullable Object... resourceIds)
            throws InterruptedException;

    /**
     * Takes an estimate for an operation whose cost is known when it is over, for the current
     * client. Returns at once.
     *
     * @param policy the name of a policy that counts {@link CountWhen#SETTLED}
     * @param estimate how many permits, at least 1
     * @param resourceIds what is told apart within the policy
     * @return to be settled; admitted or not
     * @throws IllegalArgumentException if nobody declares the policy, or it does not count so, or
     *     an id has no identity of its own, or {@code estimate} is less than 1
     */
    Reservation reserve(String policy, long estimate, @Nullable Object... resourceIds);

    /**
     * Takes an estimate for an explicit key. Returns at once.
     *
     * @param policy the name of a policy that counts {@link CountWhen#SETTLED}
     * @param key whose permits
     * @param estimate how many permits, at least 1
     * @return to be settled; admitted or not
     * @throws IllegalArgumentException if nobody declares the policy, or it does not count so, or
     *     {@code estimate} is less than 1
     */
    Reservation reserve(String policy, Key key, long estimate);

    /**
     * Looks without taking, for the current client.
     *
     * @param policy the name of a policy
     * @param resourceIds what is told apart within the policy
     * @return the state of each limit, in the policy's order; empty if it cannot be told
     * @throws IllegalArgumentException if nobody declares the policy, or an id has no identity of
     *     its own
     */
    List<LimitState> peek(String policy, @Nullable Object... resourceIds);

    /**
     * Looks without taking.
     *
     * @param policy the name of a policy
     * @param key whose permits
     * @return the state of each limit, in the policy's order; empty if it cannot be told
     * @throws IllegalArgumentException if nobody declares the policy
     */
    List<LimitState> peek(String policy, Key key);

    /**
     * Forgets what the current client has used. Other nodes may go on refusing it for a second.
     *
     * @param policy the name of a policy
     * @param resourceIds what is told apart within the policy
     * @return false if Redis could not be reached, and only this node has forgotten
     * @throws IllegalArgumentException if nobody declares the policy, or an id has no identity of
     *     its own
     */
    boolean reset(String policy, @Nullable Object... resourceIds);

    /**
     * Forgets what was used. Other nodes may go on refusing the key for a second.
     *
     * @param policy the name of a policy
     * @param key whose permits
     * @return false if Redis could not be reached, and only this node has forgotten
     * @throws IllegalArgumentException if nobody declares the policy
     */
    boolean reset(String policy, Key key);

    /**
     * A task that counts for the client of the current request on whatever thread it runs, also
     * when the request is over. For threads that the platform does not take it to: the common pool,
     * a thread of one's own, {@code fireAsync}. Tasks of Jakarta Concurrency and of {@code
     * AsyncContext.start} need nothing.
     *
     * @param task what is to be done
     * @return the same, to be run by any thread and as often as one likes
     */
    Runnable asCurrentClient(Runnable task);

    /**
     * A task that counts for the client of the current request on whatever thread it runs, as
     * {@link #asCurrentClient(Runnable)} does.
     *
     * @param <T> the type of its result
     * @param task what is to be done
     * @return the same, to be run by any thread and as often as one likes
     */
    <T extends @Nullable Object> Supplier<T> asCurrentClient(Supplier<T> task);
}
