package io.weir.internal.edge.jaxrs;

import io.weir.internal.guard.Operation;
import io.weir.internal.http.HttpGuard;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.util.Optional;

/** Finds the operation of a request. */
final class Operations {

    private Operations() {}

    /** The servlet edge has left it as a request attribute, which JAX-RS shows as a property. */
    static Optional<Operation> of(ContainerRequestContext request, HttpGuard guard) {
        return request.getProperty(HttpGuard.OPERATION) instanceof Operation operation
                ? Optional.of(operation)
                : guard.current();
    }
}
