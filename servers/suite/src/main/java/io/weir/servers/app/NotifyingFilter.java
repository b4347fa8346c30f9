package io.weir.servers.app;

import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** A filter of the application that calls limited methods of a bean. */
@WebFilter("/notified")
public class NotifyingFilter extends HttpFilter {

    @Inject transient Mailer mailer;

    @Override
    protected void doFilter(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        for (int i = Integer.parseInt(request.getParameter("times")); i > 0; i--) {
            mailer.send();
        }
        chain.doFilter(request, response);
    }
}
