package io.weir.internal.edge.jaxrs;

import io.weir.internal.http.HttpGuard;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import java.lang.reflect.Method;
import java.util.List;

/** Shows the object that a locator has answered, for a method that needs an interceptor. */
record LocatedFilter(HttpGuard guard, Method method) implements ContainerRequestFilter {

    @Override
    public void filter(ContainerRequestContext context) {
        List<Object> matched = context.getUriInfo().getMatchedResources();
        if (matched.size() > 1) { // else it is a root resource, which JAX-RS has from CDI
            guard.unmet().located(matched.get(0).getClass(), method);
        }
    }
}
