package io.weir.servers.ways;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.Principal;

/** Believes who says which role he has. */
@WebFilter(urlPatterns = "/*", asyncSupported = true)
public class RoleFilter extends HttpFilter {

    private static final long serialVersionUID = 1L;

    @Override
    protected void doFilter(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        String role = request.getHeader("X-Role");
        chain.doFilter(role == null ? request : new Member(request, role), response);
    }

    private static final class Member extends HttpServletRequestWrapper {

        private final String role;

        Member(HttpServletRequest request, String role) {
            super(request);
            this.role = role;
        }

        @Override
        public Principal getUserPrincipal() {
            return () -> "ann";
        }

        @Override
        public boolean isUserInRole(String asked) {
            return asked.equals(role);
        }
    }
}
