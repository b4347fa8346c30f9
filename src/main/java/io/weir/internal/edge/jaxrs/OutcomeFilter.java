package io.weir.internal.edge.jaxrs;

import io.weir.Settled;
import io.weir.internal.http.HttpGuard;
import io.weir.internal.http.HttpOperation;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import org.jspecify.annotations.Nullable;

/**
 * Tells an operation the status of its answer, behind all filters that may change it and before the
 * client sees it: who succeeds and comes back at once has its permits back, and an entity says what
 * it has cost.
 */
record OutcomeFilter(HttpGuard guard) implements ContainerResponseFilter {

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        JaxrsRequest.operation(request, guard)
                .map(HttpOperation::pending)
                .filter(pending -> !pending.isEmpty()) // nearly always it is
                .ifPresent(p -> p.answered(response.getStatus(), settled(request, response)));
    }

    /** What knows the cost: the entity, or what the application has set on the request. */
    private static @Nullable Object settled(
            ContainerRequestContext request, ContainerResponseContext response) {
        return response.getEntity() instanceof Settled entity
                ? entity
                : request.getProperty(Settled.class.getName());
    }
}
