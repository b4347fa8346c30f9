package io.weir.servers.front;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;

/** Compresses whatever comes out, also what Weir writes; says so in front of the chain. */
public class FrontFilter extends HttpFilter {

    @Override
    protected void doFilter(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        boolean inFront = request.getAttribute("io.weir.operation") == null;
        response.setHeader("X-In-Front", Boolean.toString(inFront));
        response.setHeader("Content-Encoding", "gzip");
        Compressing compressing = new Compressing(response);
        chain.doFilter(request, compressing);
        response.setHeader("X-Behind", "yes");
        compressing.finish();
    }

    private static final class Compressing extends HttpServletResponseWrapper {

        private GZIPOutputStream gzip;
        private ServletOutputStream stream;
        private PrintWriter writer;

        Compressing(HttpServletResponse response) {
            super(response);
        }

        void finish() throws IOException {
            if (writer != null) {
                writer.flush();
            }
            getOutputStream();
            gzip.finish();
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
                gzip = new GZIPOutputStream(super.getOutputStream());
                stream =
                        new ServletOutputStream() {
                            @Override
                            public void write(int b) throws IOException {
                                gzip.write(b);
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
            return stream;
        }
    }
}
