package io.weir;

/**
 * An application's own price of an operation: a CDI bean with a {@code @Named} name, used by {@link
 * RateLimited#costBean()} or by the setting {@code weir.policy.NAME.cost = bean:name}. Called on
 * the thread of the limited operation, once for each decision; it must be thread-safe and quick.
 */
@FunctionalInterface
public interface CostResolver {

    /**
     * What the current operation costs. More than the smallest capacity of the policy is refused,
     * and no wait helps.
     *
     * @param client the current client
     * @return permits; less than 1 counts as 1
     */
    long cost(ClientIdentity client);
}
