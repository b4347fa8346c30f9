package io.weir.internal.edge.jaxrs;

import io.weir.internal.guard.Rule;
import io.weir.internal.http.HttpGuard;
import io.weir.internal.http.HttpOperation;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import java.util.List;

/** Decides for one resource method, before its entity is read. */
record LimitFilter(HttpGuard guard, List<Rule> rules) implements ContainerRequestFilter {

    @Override
    public void filter(ContainerRequestContext context) {
        JaxrsRequest request = new JaxrsRequest(context);
        HttpOperation operation =
                JaxrsRequest.operation(context, guard).orElseGet(() -> begin(request));
        guard.resource(rules, operation, request, request::pathParameters);
    }

    private HttpOperation begin(JaxrsRequest request) {
        HttpOperation operation = guard.begin(request);
        request.context().setProperty(HttpGuard.OPERATION, operation);
        return operation;
    }
}
