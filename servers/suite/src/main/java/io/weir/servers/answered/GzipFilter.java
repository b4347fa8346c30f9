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
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;

/** Compresses as many do: says so when somebody begins to write, and knows no reset. */
@WebFilter(
        urlPatterns = {"/gzip/*", "/api/gzip/*"},
        asyncSupported = true)
public class GzipFilter extends HttpFilter {

    @Override
    protected void doFilter(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        Compressing compressing = new Compressing(response);
        chain.doFilter(request, compressing);
        response.setHeader("X-Behind", "yes");
        if (!request.isAsyncStarted()) {
            compressing.finish();
        }
    }

    /** What is written to it is compressed. */
    static class Compressing extends HttpServletResponseWrapper {

        private GZIPOutputStream gzip;
        private PrintWriter writer;
        private ServletOutputStream stream;

        Compressing(HttpServletResponse response) {
            super(response);
        }

        void finish() throws IOException {
            if (writer != null) {
                writer.flush();
            }
            if (gzip != null) {
                gzip.finish();
            }
        }

        @Override
        public void setContentLength(int length) {
            // It will be another one.
        }

        @Override
        public void setContentLengthLong(long length) {
            // It will be another one.
        }

        @Override
        public PrintWriter getWriter() throws IOException {
            if (writer == null) {
                writer =
                        new PrintWriter(
                                new OutputStreamWriter(getOutputStream(), StandardCharsets.UTF_8));
            }
            return writer;
        }

        @Override
        public ServletOutputStream getOutputStream() throws IOException {
            if (stream == null) {
                setHeader("Content-Encoding", "gzip");
                ServletOutputStream out = super.getOutputStream();
                gzip = new GZIPOutputStream(out);
                stream =
                        new ServletOutputStream() {
                            @Override
                            public void write(int b) throws IOException {
                                gzip.write(b);
                            }

                            @Override
                            public void close() throws IOException {
                                gzip.close();
                            }

                            @Override
                            public boolean isReady() {
                                return out.isReady();
                            }

                            @Override
                            public void setWriteListener(WriteListener listener) {
                                out.setWriteListener(listener);
                            }
                        };
            }
            return stream;
        }
    }
}
