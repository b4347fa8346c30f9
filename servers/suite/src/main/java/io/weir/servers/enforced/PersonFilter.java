package io.weir.servers.enforced;

import jakarta.annotation.Priority;
import jakarta.enterprise.inject.spi.CDI;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.ext.Provider;

/** Authenticates where JAX-RS says that it is done. */
@Provider
@Priority(Priorities.AUTHENTICATION)
public class PersonFilter implements ContainerRequestFilter {

    @Override
    public void filter(ContainerRequestContext request) {
        CDI.current().select(Person.class).get().is(request.getHeaderString("X-Token"));
    }
}
