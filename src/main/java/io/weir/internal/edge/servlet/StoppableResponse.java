package io.weir.internal.edge.servlet;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import org.jspecify.annotations.Nullable;

/** A response of which nothing more goes out once it is stopped, but what is no content. */
abstract class StoppableResponse extends HttpServletResponseWrapper {

    StoppableResponse(HttpServletResponse response) {
        super(response);
    }

    /** Whether it is not stopped. */
    abstract boolean isOpen();

    /** Whether so much goes out; asked before anything does. */
    abstract boolean passes(long bytes);

    /** Somebody has an answer of its own; answers whether that goes out. */
    abstract boolean answers();

    /** Whether a field may still be set. */
    abstract boolean sets(String name);

    /** The content begins; answers whether it need not be watched. */
    abstract boolean isDirect();

    /** What the container calls when it can write belongs to the request. */
    abstract WriteListener inOperation(WriteListener listener);

    @Override
    public void setStatus(int status) {
        if (isOpen()) {
            super.setStatus(status);
        }
    }

    @Override
    public void sendError(int status) throws IOException {
        if (answers()) {
            super.sendError(status);
        }
    }

    @Override
    public void sendError(int status, String message) throws IOException {
        if (answers()) {
            super.sendError(status, message);
        }
    }

    @Override
    public void sendRedirect(String location) throws IOException {
        if (answers()) {
            super.sendRedirect(location);
        }
    }

    /** Of Servlet 6.1, whose wrapper hands it to the response inside; unknown to Servlet 6.0. */
    public void sendRedirect(String location, int status, boolean clearBuffer) throws IOException {
        if (answers()) {
            if (clearBuffer) {
                super.resetBuffer();
            }
            super.setHeader("Location", location);
            super.setStatus(status);
            super.flushBuffer();
        }
    }

    @Override
    public void flushBuffer() throws IOException {
        if (answers()) { // behind it nobody could be refused any more
            super.flushBuffer();
        }
    }

    @Override
    public void reset() {
        if (isOpen()) {
            super.reset();
        }
    }

    @Override
    public void resetBuffer() {
        if (isOpen()) {
            super.resetBuffer();
        }
    }

    @Override
    public void setContentLength(int length) {
        if (isOpen()) {
            super.setContentLength(length);
        }
    }

    @Override
    public void setContentLengthLong(long length) {
        if (isOpen()) {
            super.setContentLengthLong(length);
        }
    }

    @Override
    public void setContentType(String type) {
        if (isOpen()) {
            super.setContentType(type);
        }
    }

    @Override
    public void setCharacterEncoding(String charset) {
        if (isOpen()) {
            super.setCharacterEncoding(charset);
        }
    }

    @Override
    public void setHeader(String name, String value) {
        if (sets(name)) {
            super.setHeader(name, value);
        }
    }

    @Override
    public void addHeader(String name, String value) {
        if (sets(name)) {
            super.addHeader(name, value);
        }
    }

    @Override
    public void setDateHeader(String name, long date) {
        if (sets(name)) {
            super.setDateHeader(name, date);
        }
    }

    @Override
    public void addDateHeader(String name, long date) {
        if (sets(name)) {
            super.addDateHeader(name, date);
        }
    }

    @Override
    public void setIntHeader(String name, int value) {
        if (sets(name)) {
            super.setIntHeader(name, value);
        }
    }

    @Override
    public void addIntHeader(String name, int value) {
        if (sets(name)) {
            super.addIntHeader(name, value);
        }
    }

    @Override
    public ServletOutputStream getOutputStream() throws IOException {
        boolean direct = isDirect();
        ServletOutputStream stream = isOpen() ? super.getOutputStream() : null;
        return stream != null && direct ? stream : new Stream(stream);
    }

    @Override
    public PrintWriter getWriter() throws IOException {
        boolean direct = isDirect();
        if (!isOpen()) {
            return new PrintWriter(Writer.nullWriter());
        }
        PrintWriter writer = super.getWriter();
        return direct
                ? writer
                : new PrintWriter(new Text(writer)) {
                    @Override
                    public boolean checkError() {
                        return writer.checkError();
                    }
                };
    }

    /** Bytes on their way out, as long as it is not stopped. */
    private final class Stream extends ServletOutputStream {

        private final @Nullable ServletOutputStream stream;

        Stream(@Nullable ServletOutputStream stream) {
            this.stream = stream;
        }

        private @Nullable ServletOutputStream out(long bytes) {
            return passes(bytes) ? stream : null;
        }

        @Override
        public void write(int b) throws IOException {
            ServletOutputStream out = out(1);
            if (out != null) {
                out.write(b);
            }
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            ServletOutputStream out = out(length);
            if (out != null) {
                out.write(bytes, from, length);
            }
        }

        @Override
        public void flush() throws IOException {
            ServletOutputStream out = out(0);
            if (out != null) {
                out.flush();
            }
        }

        @Override
        public void close() throws IOException {
            ServletOutputStream out = out(0);
            if (out != null) {
                out.close();
            }
        }

        @Override
        public boolean isReady() {
            return stream == null || stream.isReady();
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            ServletOutputStream out = out(0);
            if (out != null) {
                out.setWriteListener(inOperation(listener));
            }
        }
    }

    /** Text on its way out, as long as it is not stopped. */
    private final class Text extends Writer {

        private final PrintWriter writer;

        Text(PrintWriter writer) {
            this.writer = writer;
        }

        @Override
        public void write(char[] text, int from, int length) {
            if (passes(4L * length)) { // what they take at most
                writer.write(text, from, length);
            }
        }

        @Override
        public void flush() {
            if (passes(0)) {
                writer.flush();
            }
        }

        @Override
        public void close() {
            if (passes(0)) {
                writer.close();
            }
        }
    }
}
