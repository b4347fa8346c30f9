package io.weir.servers.answered;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Sets a field behind the chain, and no more. */
@WebFilter(
        urlPatterns = {"/plain/*", "/api/plain/*"},
        asyncSupported = true)
public class PlainFilter extends HttpFilter {

    @Override
    protected void doFilter(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        chain.doFilter(request, response);
        response.setHeader("X-Behind", "yes");
        if (request.getParameter("fails") != null) {
            throw new ServletException("thrown behind the chain");
        }
    }
}
