package io.weir.internal.edge.jaxrs;

import io.weir.internal.guard.Operation;
import io.weir.internal.guard.Rule;
import io.weir.internal.http.HttpGuard;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.MultivaluedMap;
import java.security.Principal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Decides for one resource method, before its entity is read. */
final class LimitFilter implements ContainerRequestFilter {

    private final HttpGuard guard;
    private final List<Rule> rules;

    LimitFilter(HttpGuard guard, List<Rule> rules) {
        this.guard = guard;
        this.rules = rules;
    }

    @Override
    public void filter(ContainerRequestContext context) {
        guard.resource(
                rules,
                Operations.of(context, guard).orElseGet(() -> begin(context)),
                () -> principal(context),
                first(context.getUriInfo().getPathParameters()));
    }

    private Operation begin(ContainerRequestContext context) {
        Operation operation = guard.begin(new DetachedView(context));
        context.setProperty(HttpGuard.OPERATION, operation);
        return operation;
    }

    private static Optional<String> principal(ContainerRequestContext context) {
        return Optional.ofNullable(context.getSecurityContext())
                .map(security -> security.getUserPrincipal())
                .map(Principal::getName);
    }

    private static Map<String, String> first(MultivaluedMap<String, String> parameters) {
        Map<String, String> values = new HashMap<>();
        parameters.forEach((name, all) -> values.put(name, all.get(0)));
        return values;
    }
}
