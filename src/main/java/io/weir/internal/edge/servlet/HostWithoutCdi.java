package io.weir.internal.edge.servlet;

import io.weir.internal.app.Host;
import io.weir.internal.edge.lookup.Lookup;
import java.security.Principal;
import java.util.Optional;

/**
 * A web application without CDI, as on a bare servlet container: paths and servlets are limited,
 * and what only a bean could do stops the deployment.
 */
record HostWithoutCdi(ClassLoader loader) implements Host {

    /** The one that the calling thread starts. */
    static HostWithoutCdi ofThread() {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        return new HostWithoutCdi(
                context == null ? HostWithoutCdi.class.getClassLoader() : context);
    }

    @Override
    public Optional<Principal> ejbCaller() {
        return Lookup.ejbCaller();
    }

    @Override
    public boolean isEjbCallerIn(String role) {
        return Lookup.isEjbCallerIn(role);
    }
}
