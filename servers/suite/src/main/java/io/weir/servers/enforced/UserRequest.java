package io.weir.servers.enforced;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.security.Principal;

/** A request of the user whose token it bears. */
class UserRequest extends HttpServletRequestWrapper {

    UserRequest(HttpServletRequest request) {
        super(request);
    }

    @Override
    public Principal getUserPrincipal() {
        String user = getHeader("X-Token");
        return user == null ? null : () -> user;
    }
}
