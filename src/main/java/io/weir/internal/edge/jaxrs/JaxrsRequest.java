package io.weir.internal.edge.jaxrs;

import io.weir.internal.answer.Answer;
import io.weir.internal.http.Dispatch;
import io.weir.internal.http.HttpGuard;
import io.weir.internal.http.HttpOperation;
import io.weir.internal.http.RequestView;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.SecurityContext;
import java.security.Principal;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A request as JAX-RS knows it, which is all where no servlet filter has seen it. */
record JaxrsRequest(ContainerRequestContext context) implements RequestView {

    /** The servlet edge has left it as a request attribute, which JAX-RS shows as a property. */
    static Optional<HttpOperation> operation(ContainerRequestContext context, HttpGuard guard) {
        return context.getProperty(HttpGuard.OPERATION) instanceof HttpOperation operation
                ? Optional.of(operation)
                : guard.current();
    }

    @Override
    public String method() {
        return context.getMethod();
    }

    @Override
    public List<String> paths() {
        return List.of("/" + context.getUriInfo().getPath());
    }

    @Override
    public Dispatch dispatch() {
        return Dispatch.REQUEST;
    }

    @Override
    public Optional<String> servlet() {
        return Optional.empty();
    }

    /** JAX-RS does not know the connection. */
    @Override
    public @Nullable String peer() {
        return null;
    }

    @Override
    public List<String> header(String name) {
        List<String> lines = context.getHeaders().get(name);
        return lines == null ? List.of() : lines;
    }

    @Override
    public Collection<String> headerNames() {
        return context.getHeaders().keySet();
    }

    @Override
    public @Nullable Principal user() {
        SecurityContext security = context.getSecurityContext();
        return security == null ? null : security.getUserPrincipal();
    }

    @Override
    public boolean isIn(String role) {
        SecurityContext security = context.getSecurityContext();
        return security != null && security.isUserInRole(role);
    }

    Map<String, String> pathParameters() {
        Map<String, String> values = new HashMap<>();
        context.getUriInfo()
                .getPathParameters()
                .forEach((name, all) -> values.put(name, all.get(0)));
        return values;
    }

    @Override
    public void fields(List<Answer.Field> fields) {
        // There is no response yet, and nowhere to keep a field for it.
    }
}
