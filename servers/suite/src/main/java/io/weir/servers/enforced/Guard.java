package io.weir.servers.enforced;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Knows users by a token, and answers 401 to everybody else. */
@WebFilter({"/guarded/*", "/guarded-failure/*", "/guarded-user/*"})
public class Guard extends HttpFilter {

    @Override
    protected void doFilter(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (request.getHeader("X-Token") != null) {
            chain.doFilter(new UserRequest(request), response);
        } else if (request.getRequestURI().endsWith("/status")) {
            response.setStatus(401);
        } else {
            response.sendError(401);
        }
    }
}
