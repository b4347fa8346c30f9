package io.weir;

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
 */
public interface RateLimiter {

    /**
     * Takes the permits of one operation, for the current client. Returns at once.
     *
     * @param policy the name of a policy, from an annotation or from configuration
     * @param resourceIds what is told apart within the policy: String, number, boolean, enum, UUID
     *     or null
     * @return the decision; a policy that is observed or off always admits
     * @throws IllegalArgumentException if nobody declares the policy, or an id has no identity of
     *     its own
     */
    Decision tryAcquire(String policy, @org.jspecify.annotations.Nullable Object... resourceIds);

    /**
     * Takes permits for an explicit key. Returns at once.
     *
     * @param policy the name of a policy, from an annotation or from configuration
     * @param key whose permits
     * @param permits how many, at least 1
     * @return the decision; a policy that is observed or off always admits
     * @throws IllegalArgumentException if nobody declares the policy, or {@code permits} is less
     *     than 1
     */
    Decision tryAcquire(String policy, Key key, long permits);
}
