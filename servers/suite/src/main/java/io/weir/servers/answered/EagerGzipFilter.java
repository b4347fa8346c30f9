package io.weir.servers.answered;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Compresses as others do: begins at once, knows the length it sees, and closes in any case. */
@WebFilter(
        urlPatterns = {"/eager/*"},
        asyncSupported = true)
public class EagerGzipFilter extends HttpFilter {

    @Override
    protected void doFilter(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        GzipFilter.Compressing compressing = new GzipFilter.Compressing(response);
        compressing.getOutputStream();
        try {
            chain.doFilter(request, compressing);
        } finally {
            response.setHeader("X-Behind", "yes");
            compressing.finish();
            compressing.getOutputStream().close();
        }
    }
}
