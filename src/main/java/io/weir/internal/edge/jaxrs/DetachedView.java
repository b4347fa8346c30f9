package io.weir.internal.edge.jaxrs;

import io.weir.internal.answer.Answer;
import io.weir.internal.http.Dispatch;
import io.weir.internal.http.RequestView;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.security.Principal;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A request that no servlet filter has seen: JAX-RS alone does not know the connection. */
record DetachedView(ContainerRequestContext context) implements RequestView {

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
    public Optional<String> principal() {
        return Optional.ofNullable(context.getSecurityContext().getUserPrincipal())
                .map(Principal::getName);
    }

    @Override
    public void fields(List<Answer.Field> fields) {
        // There is no response yet, and nowhere to keep a field for it.
    }
}
