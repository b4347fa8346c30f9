package io.weir.servers.answered;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/**
 * Keeps what is written, and writes it behind the chain with a length and a tag. Under {@code
 * /stubborn} nothing makes it forget.
 */
@WebFilter(
        urlPatterns = {"/kept/*", "/stubborn/*", "/api/kept/*"},
        asyncSupported = true)
public class KeepingFilter extends HttpFilter {

    @Override
    protected void doFilter(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        boolean stubborn = request.getServletPath().startsWith("/stubborn");
        if (request.getRequestURI().endsWith("/later")) {
            chain.doFilter(request, response); // its answer is not there yet
            response.setHeader("X-Behind", "yes");
            return;
        }
        Keeping keeping = new Keeping(response, stubborn);
        chain.doFilter(request, keeping);
        keeping.writer.flush();
        response.setHeader("X-Behind", "yes");
        response.setHeader("ETag", "\"" + keeping.kept.size() + "\"");
        response.setContentLength(keeping.kept.size());
        response.getOutputStream().write(keeping.kept.toByteArray());
    }

    private static final class Keeping extends HttpServletResponseWrapper {

        final ByteArrayOutputStream kept = new ByteArrayOutputStream();
        final PrintWriter writer =
                new PrintWriter(new OutputStreamWriter(kept, StandardCharsets.UTF_8));
        private final boolean stubborn;

        Keeping(HttpServletResponse response, boolean stubborn) {
            super(response);
            this.stubborn = stubborn;
        }

        @Override
        public void reset() {
            if (!stubborn) {
                super.reset();
                kept.reset();
            }
        }

        @Override
        public void resetBuffer() {
            if (!stubborn) {
                kept.reset();
            }
        }

        @Override
        public void flushBuffer() {
            // It is written behind the chain.
        }

        @Override
        public void setContentLength(int length) {
            // It is counted behind the chain.
        }

        @Override
        public PrintWriter getWriter() {
            return writer;
        }

        @Override
        public ServletOutputStream getOutputStream() {
            return new ServletOutputStream() {
                @Override
                public void write(int b) {
                    kept.write(b);
                }

                @Override
                public boolean isReady() {
                    return true;
                }

                @Override
                public void setWriteListener(WriteListener listener) {
                    throw new UnsupportedOperationException();
                }
            };
        }
    }
}
