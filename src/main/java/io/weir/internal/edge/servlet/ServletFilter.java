package io.weir.internal.edge.servlet;

import io.weir.internal.answer.Answer;
import io.weir.internal.http.HttpGuard;
import io.weir.internal.http.HttpOperation;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Passes what others forward to one limited servlet, or include of it, through the guard. Who asks
 * for a servlet by its name leaves no trace of it in the request (Servlet 6.0, 9.3.1 and 9.4.2).
 */
final class ServletFilter implements Filter {

    private final WeirStarter starter;
    private final String servlet;
    private @Nullable HttpGuard guard;

    ServletFilter(WeirStarter starter, String servlet) {
        this.starter = starter;
        this.servlet = servlet;
    }

    @Override
    public void init(FilterConfig config) {
        ServletContext context = config.getServletContext();
        guard = starter.start(context, WeirInitializer.parameters(context));
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (guard != null
                && request instanceof HttpServletRequest http
                && http.getAttribute(HttpGuard.OPERATION) instanceof HttpOperation operation
                && http.getAttribute(RefusableResponse.ATTRIBUTE)
                        instanceof RefusableResponse refusable) {
            Answer refused = guard.servlet(servlet, operation, new ServletView(http, refusable));
            if (refused == null) {
                chain.doFilter(request, response);
            } else {
                refusable.refuse(refused);
            }
            if (http.getDispatcherType() == DispatcherType.FORWARD) {
                refusable.end(http); // Tomcat 11 takes nothing behind a forward
            }
        } else {
            chain.doFilter(request, response);
        }
    }
}
