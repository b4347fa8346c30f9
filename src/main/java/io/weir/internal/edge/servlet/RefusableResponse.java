package io.weir.internal.edge.servlet;

import io.weir.internal.answer.Answer;
import io.weir.internal.http.HttpGuard;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletResponseWrapper;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The response in front of the application's filters. A refusal is written here, when these have
 * done their work: what a filter behind has compressed, kept or begun goes nowhere from then on,
 * and what it sets beside the content stays.
 */
final class RefusableResponse extends HttpServletResponseWrapper {

    /** The request attribute that holds it. */
    static final String ATTRIBUTE = "io.weir.response";

    private static final String SERVLET_OF_LIBERTY =
            "com.ibm.ws.webcontainer.servlet.ServletWrapper";

    private final HttpGuard guard;

    /** Takes -1 for a length, and flushes what is not of its own making when a servlet returns. */
    private final boolean liberty;

    /** What compresses the whole answer in front, and has said so; else null. */
    private final @Nullable String encoding;

    private volatile @Nullable Answer refusal;
    private volatile boolean answered;
    private volatile List<Answer.Field> fields = List.of();

    /** Where they are not among the fields: on Open Liberty. */
    private final List<Cookie> cookies = new ArrayList<>();

    private volatile boolean direct;
    private boolean begun;
    private long written;

    RefusableResponse(HttpServletResponse response, HttpGuard guard, boolean liberty) {
        super(response);
        this.guard = guard;
        this.liberty = liberty;
        this.encoding =
                response instanceof ServletResponseWrapper
                        ? response.getHeader("Content-Encoding")
                        : null;
    }

    /** Whether it is this, what this stands in front of, or a wrapper around this. */
    boolean isUnder(HttpServletResponse response) {
        return response == this
                || (refusal == null && response == getResponse())
                || (response instanceof ServletResponseWrapper wrapper
                        && wrapper.isWrapperFor(this));
    }

    private HttpServletResponse outside() {
        return (HttpServletResponse) getResponse();
    }

    /**
     * Where no filter has wrapped this, a servlet writes to what is outside, unless fields wait for
     * what it says to caches. (Undertow wants it to be called with this all the same.)
     */
    void isWrapped(boolean wrapped) {
        direct = !wrapped && !guard.always() && !(outside() instanceof ServletResponseWrapper);
    }

    /** The rate limit fields of the answer, instead of those before. */
    void fields(List<Answer.Field> fields) {
        this.fields = fields;
        if (!guard.always()) {
            writeFields();
        }
    }

    /** Writes the fields, unless others may get to see them: now or never. */
    void writeFields() {
        List<Answer.Field> fields = this.fields;
        if (!fields.isEmpty()
                && !isCommitted()
                && !(guard.always() && guard.mayBeKept(this::getHeaders))) {
            fields.forEach(field -> outside().setHeader(field.name(), field.value()));
        }
    }

    /** The request is refused. Once the client has the beginning of another answer it gets that. */
    boolean refuse(Answer answer) {
        if (refusal == null && !isCommitted()) {
            super.setStatus(answer.status());
            refusal = answer;
        }
        return refusal != null;
    }

    /** As below, where something else is thrown: a refusal must not get lost with it. */
    void endNow(HttpServletRequest request) throws IOException {
        end(request);
        Answer answer = refusal;
        if (answer != null && answered && !isCommitted() && !guard.errorPage()) {
            if (!(outside() instanceof ServletResponseWrapper)) { // Tomcat ends no chunks then
                outside().setContentLength(answer.body().getBytes(StandardCharsets.UTF_8).length);
            }
            outside().flushBuffer();
        }
    }

    /** Whoever had to do something behind has done it, or it goes on asynchronously. */
    void end(HttpServletRequest request) throws IOException {
        Answer answer = refusal;
        if (answer == null) {
            if (!request.isAsyncStarted()) {
                writeFields();
            }
        } else if (!answered && !isCommitted()) {
            answered = true;
            clear();
            write(answer, outside());
            if (request.isAsyncStarted()) {
                request.getAsyncContext().complete(); // nobody else will
            }
        }
    }

    private void write(Answer answer, HttpServletResponse response) throws IOException {
        fields.forEach(field -> response.setHeader(field.name(), field.value()));
        answer.headers().forEach(field -> response.setHeader(field.name(), field.value()));
        if (guard.errorPage()) {
            response.sendError(answer.status());
            return;
        }
        response.setStatus(answer.status());
        response.setContentType(answer.contentType());
        try {
            response.getOutputStream().write(answer.body().getBytes(StandardCharsets.UTF_8));
        } catch (IllegalStateException e) { // the application has asked for the writer before
            response.getWriter().write(answer.body());
        }
    }

    /**
     * Nothing stays of what was to be the answer, but what says nothing of its content. Servlet 6.0
     * has no way to remove a field: everything goes, and what shall stay comes back.
     */
    private void clear() {
        HttpServletResponse response = outside();
        if (response instanceof ServletResponseWrapper && begun) {
            if (written > 0) { // else a filter in front would lose what it has begun with
                response.resetBuffer();
            }
            return;
        }
        Map<String, List<String>> kept = new LinkedHashMap<>();
        for (String name : response.getHeaderNames()) {
            if (!guard.isOfContent(name)) {
                kept.put(name, List.copyOf(response.getHeaders(name)));
            }
        }
        if (response.containsHeader("Content-Length")) { // Undertow and Liberty would still know it
            response.setContentLengthLong(liberty ? Integer.MAX_VALUE : -1);
        }
        response.reset();
        kept.forEach((name, lines) -> lines.forEach(line -> response.addHeader(name, line)));
        cookies.forEach(response::addCookie);
        if (encoding != null) {
            response.setHeader("Content-Encoding", encoding);
        }
    }

    /** Whether it goes out; the fields do before anything can. */
    private boolean passes(long bytes) {
        written += bytes;
        if (refusal == null && guard.always()) {
            if (bytes == 0 || written >= getBufferSize() || containsHeader("Content-Length")) {
                writeFields();
            }
        }
        return refusal == null;
    }

    private boolean isOpen() {
        return refusal == null;
    }

    private boolean sets(String name) {
        return isOpen() || !guard.isOfContent(name);
    }

    @Override
    public void setStatus(int status) {
        if (isOpen()) {
            super.setStatus(status);
        }
    }

    @Override
    public void sendError(int status) throws IOException {
        if (passes(0)) {
            super.sendError(status);
        }
    }

    @Override
    public void sendError(int status, String message) throws IOException {
        if (passes(0)) {
            super.sendError(status, message);
        }
    }

    @Override
    public void sendRedirect(String location) throws IOException {
        if (passes(0)) {
            super.sendRedirect(location);
        }
    }

    @Override
    public void flushBuffer() throws IOException {
        if (!(liberty && isCalledByServer()) && passes(0)) {
            super.flushBuffer();
        }
    }

    /**
     * Fields that a filter sets behind the chain would be lost, which they are not without this.
     */
    private static boolean isCalledByServer() {
        return StackWalker.getInstance()
                .walk(
                        frames ->
                                frames.skip(2)
                                        .findFirst()
                                        .filter(f -> f.getClassName().equals(SERVLET_OF_LIBERTY))
                                        .isPresent());
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
    public void addCookie(Cookie cookie) {
        if (liberty) {
            cookies.add(cookie);
        }
        super.addCookie(cookie);
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
        begun = true;
        ServletOutputStream stream = isOpen() ? super.getOutputStream() : null;
        return stream != null && direct ? stream : new Stream(stream);
    }

    @Override
    public PrintWriter getWriter() throws IOException {
        begun = true;
        PrintWriter writer = isOpen() ? super.getWriter() : null;
        return writer == null
                ? new PrintWriter(Writer.nullWriter())
                : direct ? writer : printer(writer);
    }

    private PrintWriter printer(PrintWriter writer) {
        return new PrintWriter(new Text(writer)) {
            @Override
            public boolean checkError() {
                return writer.checkError();
            }
        };
    }

    /** Bytes on their way out, as long as the request is not refused. */
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
                out.setWriteListener(listener);
            }
        }
    }

    /** Text on its way out, as long as the request is not refused. */
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
