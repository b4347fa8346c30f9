package io.weir.internal.edge.servlet;

import io.weir.internal.answer.Answer;
import io.weir.internal.answer.Answers;
import io.weir.internal.http.FrontCheck;
import io.weir.internal.http.HttpGuard;
import jakarta.servlet.ServletResponseWrapper;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
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
final class RefusableResponse extends StoppableResponse {

    /** The request attribute that holds it. */
    static final String ATTRIBUTE = "io.weir.response";

    private static final String SERVLET_OF_LIBERTY =
            "com.ibm.ws.webcontainer.servlet.ServletWrapper";

    private final Answers answers;
    private final boolean errorPage;

    /** Takes -1 for a length, and flushes what is not of its own making when a servlet returns. */
    private final boolean liberty;

    /** What compresses the whole answer in front, and has said so; else null. */
    private final @Nullable String encoding;

    private volatile @Nullable Answer refusal;
    private volatile boolean answered;
    private volatile List<Answer.Field> fields = List.of();

    /** Where they are not among the fields: on Open Liberty. */
    private final List<Cookie> cookies = new ArrayList<>();

    /** Once it goes on asynchronously. */
    private volatile @Nullable AsyncRequest request;

    private volatile boolean direct;
    private boolean begun;
    private long written;

    /** What was decided in front of the filters that are at work, of each dispatch. */
    private volatile @Nullable Dispatch dispatch;

    /** A dispatch, and the one that it was made in. */
    private record Dispatch(@Nullable FrontCheck check, @Nullable Dispatch outer) {}

    RefusableResponse(HttpServletResponse response, HttpGuard guard, boolean liberty) {
        super(response);
        this.liberty = liberty;
        this.answers = guard.answers();
        this.errorPage = guard.errorPage();
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
        direct = !wrapped && !answers.always() && !(outside() instanceof ServletResponseWrapper);
    }

    /** The rate limit fields of the answer, instead of those before. */
    void fields(List<Answer.Field> fields) {
        this.fields = fields;
        if (!answers.always()) {
            writeFields();
        }
    }

    /** Writes the fields, unless others may get to see them: now or never. */
    void writeFields() {
        List<Answer.Field> fields = this.fields;
        if (!fields.isEmpty()
                && !isCommitted()
                && !(answers.always() && answers.mayBeKept(this::getHeaders))) {
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
        if (answer != null && answered && !isCommitted() && !errorPage) {
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
        if (errorPage) {
            response.sendError(answer.status());
            return;
        }
        response.setStatus(answer.status());
        response.setContentType(answer.contentType());
        String type = response.getContentType();
        if (type != null && type.length() > answer.contentType().length()) {
            response.setCharacterEncoding("UTF-8"); // Undertow still knows that of a writer
        }
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
            if (!answers.replaces(name)) {
                kept.put(name, List.copyOf(response.getHeaders(name)));
            }
        }
        if (liberty && response.containsHeader("Content-Length")) { // which it would still know
            response.setContentLengthLong(Integer.MAX_VALUE);
        }
        response.reset();
        if (!liberty) {
            response.setContentLengthLong(-1); // Undertow still knows one that was set and reset
        }
        kept.forEach((name, lines) -> lines.forEach(line -> response.addHeader(name, line)));
        cookies.forEach(response::addCookie);
        if (encoding != null) {
            response.setHeader("Content-Encoding", encoding);
        }
    }

    /** What was decided in front of the filters of this dispatch, or null. */
    @Nullable FrontCheck front() {
        Dispatch now = dispatch;
        return now == null ? null : now.check;
    }

    /** The filters of a dispatch begin their work. */
    void begins(@Nullable FrontCheck check) {
        dispatch = new Dispatch(check, dispatch);
    }

    /** They have done it. */
    void ends() {
        Dispatch over = dispatch;
        dispatch = over == null ? null : over.outer;
    }

    /** Decides what nobody behind the filters was asked. */
    void decide(FrontCheck check) {
        Answer answer = check.missed();
        if (answer != null) {
            refuse(answer);
        }
    }

    @Override
    boolean isOpen() {
        return refusal == null;
    }

    /** The fields go out before anything else can. */
    @Override
    boolean passes(long bytes) {
        written += bytes;
        if (refusal == null && answers.always()) {
            if (bytes == 0 || written >= getBufferSize() || containsHeader("Content-Length")) {
                writeFields();
            }
        }
        return refusal == null;
    }

    /** A filter that answers by itself is told now that the request is refused, if it is. */
    @Override
    boolean answers() {
        for (Dispatch one = dispatch; one != null && refusal == null; one = one.outer) {
            FrontCheck check = one.check;
            if (check != null && check.isOpen()) {
                decide(check);
            }
        }
        return passes(0);
    }

    @Override
    public void flushBuffer() throws IOException {
        if (!(liberty && isCalledByServer())) {
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
    public void addCookie(Cookie cookie) {
        if (liberty) {
            cookies.add(cookie);
        }
        super.addCookie(cookie);
    }

    @Override
    public void reset() {
        if (isOpen()) {
            cookies.clear();
        }
        super.reset();
    }

    @Override
    boolean sets(String name) {
        return isOpen() || !answers.replaces(name);
    }

    @Override
    boolean isDirect() {
        begun = true;
        return direct && request == null;
    }

    /** The request goes on asynchronously. */
    void goesOn(AsyncRequest request) {
        this.request = request;
    }

    @Override
    WriteListener inOperation(WriteListener listener) {
        AsyncRequest request = this.request;
        return request == null ? listener : NonBlocking.of(listener, request);
    }
}
