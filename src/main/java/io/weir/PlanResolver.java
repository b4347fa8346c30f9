package io.weir;

import java.util.Optional;

/**
 * An application's own way to tell a caller's plan: a CDI bean with a {@code @Named} name, used by
 * the setting {@code weir.policy.NAME.plan = bean:name}. Called on the thread of the limited
 * operation, once for each decision; it must be thread-safe and quick.
 */
@FunctionalInterface
public interface PlanResolver {

    /**
     * The plan of this caller.
     *
     * @param client the current client
     * @return the name of one of {@code weir.plans}, or empty to ask what the setting names next
     */
    Optional<String> plan(ClientIdentity client);
}
