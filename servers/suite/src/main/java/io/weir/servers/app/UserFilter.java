package io.weir.servers.app;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.ext.Provider;
import java.security.Principal;

/** As many applications authenticate: in JAX-RS, and without a priority. */
@Provider
public class UserFilter implements ContainerRequestFilter {

    @Override
    public void filter(ContainerRequestContext context) {
        String user = context.getHeaderString("X-User");
        if (user != null) {
            context.setSecurityContext(new Known(context.getSecurityContext(), user));
        }
    }

    private record Known(SecurityContext before, String user) implements SecurityContext {
        @Override
        public Principal getUserPrincipal() {
            return () -> user;
        }

        @Override
        public boolean isUserInRole(String role) {
            return false;
        }

        @Override
        public boolean isSecure() {
            return before.isSecure();
        }

        @Override
        public String getAuthenticationScheme() {
            return "X-User";
        }
    }
}
