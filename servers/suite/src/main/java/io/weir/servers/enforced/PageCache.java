package io.weir.servers.enforced;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Answers by itself, a small page, a large one, or by another resource, and passes nothing on. */
@WebFilter({"/cached/*", "/cached-user/*", "/forwarding/*", "/large/*", "/thrown/*"})
public class PageCache extends HttpFilter {

    @Override
    protected void doFilter(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        String path = request.getRequestURI();
        if (path.endsWith("/forwarded")) {
            request.getRequestDispatcher("/page/target").forward(request, response);
        } else if (path.endsWith("/denied")) {
            request.getRequestDispatcher("/page/denied").forward(request, response);
        } else if (path.endsWith("/large")) {
            response.getOutputStream().write("large ".repeat(100_000).getBytes());
        } else if (path.endsWith("/moved")) {
            response.sendRedirect("elsewhere");
        } else if (path.endsWith("/moved-for-ever")) {
            moveForEver(response, "elsewhere");
        } else if (path.endsWith("/thrown")) {
            throw new ServletException("thrown by a filter");
        } else {
            response.getWriter().print("cached");
        }
    }

    /** As Servlet 6.1 does where it is there. */
    private static void moveForEver(HttpServletResponse response, String location)
            throws IOException {
        try {
            HttpServletResponse.class
                    .getMethod("sendRedirect", String.class, int.class, boolean.class)
                    .invoke(response, location, 308, true);
        } catch (NoSuchMethodException e) {
            response.setHeader("Location", location);
            response.setStatus(308);
            response.flushBuffer();
        } catch (ReflectiveOperationException e) {
            throw new IOException(e);
        }
    }
}
