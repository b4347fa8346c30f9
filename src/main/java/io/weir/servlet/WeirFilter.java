package io.weir.servlet;

import io.weir.RateLimitExceededException;
import io.weir.gate.CurrentOperation;
import io.weir.gate.Operation;
import io.weir.http.Answer;
import io.weir.http.Approach;
import io.weir.http.HttpGuard;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Passes each request through the guard, and answers for refusals that escape the application. It
 * stands in two places: in front of the application's filters, for these may call limited beans,
 * and behind them, where it also limits paths.
 */
final class WeirFilter implements Filter {

    private final WeirStarter starter;
    private final boolean behind;
    private @Nullable HttpGuard guard;

    WeirFilter(WeirStarter starter, boolean behind) {
        this.starter = starter;
        this.behind = behind;
    }

    @Override
    public void init(FilterConfig config) {
        ServletContext context = config.getServletContext();
        guard = starter.start(context, WeirInitializer.parameters(context));
    }

    @Override
    @SuppressWarnings("try") // the scope is closed, and needs no more
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        HttpGuard guard = this.guard;
        if (guard == null
                || !(request instanceof HttpServletRequest http)
                || !(response instanceof HttpServletResponse answered)) {
            chain.doFilter(request, response);
            return;
        }
        boolean outermost = !behind && isOutermost(http);
        ServletView view =
                new ServletView(outermost ? new TravellingRequest(http, guard) : http, answered);
        boolean included = http.getDispatcherType() == DispatcherType.INCLUDE;
        Operation operation = operation(guard, http, view);
        try (CurrentOperation.Scope scope = guard.enter(operation)) {
            if (behind) {
                Object approach = http.getAttribute(Approach.ATTRIBUTE);
                Answer refused =
                        guard.path(operation, view, approach instanceof Approach a ? a : null);
                if (refused == null) {
                    pass(http, answered, chain);
                } else {
                    write(refused, guard, answered);
                }
            } else {
                inFront(guard, operation, view, chain);
            }
        } catch (IOException | ServletException | RuntimeException e) {
            RateLimitExceededException refused = refusalIn(e);
            // What is included cannot set a status: who includes it gets the refusal.
            if (refused == null || included || answered.isCommitted()) {
                if (outermost) { // else somebody may still answer for it
                    operation.failed();
                }
                throw e;
            }
            answered.resetBuffer();
            write(guard.answer(refused, operation), guard, answered);
        }
        if (!behind) {
            Ending.of(operation, http, answered);
        }
    }

    /** What the chain does not bring to the filter behind the application's is decided here. */
    private static void inFront(
            HttpGuard guard, Operation operation, ServletView view, FilterChain chain)
            throws IOException, ServletException {
        HttpServletRequest request = view.request();
        HttpServletResponse response = view.response();
        Approach approach = guard.approach(operation, view);
        Object outer = request.getAttribute(Approach.ATTRIBUTE); // of the dispatch around this one
        if (approach == null && outer == null) {
            pass(request, response, chain);
            return;
        }
        if (approach != null && approach.answer() != null) {
            write(approach.answer(), guard, response);
            return;
        }
        Missing missing =
                approach == null ? null : new Missing(guard, approach, operation, response);
        boolean passed = false;
        request.setAttribute(Approach.ATTRIBUTE, approach);
        try {
            pass(request, missing != null && missing.isOpen() ? missing : response, chain);
            passed = true;
        } finally {
            request.setAttribute(Approach.ATTRIBUTE, outer);
            if (approach != null && (!passed || request.isAsyncStarted())) {
                guard.missed(approach, operation); // another one answers
            }
        }
        if (missing != null) {
            missing.decided();
        }
    }

    private static void pass(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        chain.doFilter(request, response);
        if (request.getAttribute(HttpGuard.ERROR_PAGE) instanceof Answer refused
                && request.getDispatcherType() != DispatcherType.INCLUDE
                && !response.isCommitted()) {
            request.removeAttribute(HttpGuard.ERROR_PAGE);
            response.sendError(refused.status());
        }
    }

    private static boolean isOutermost(HttpServletRequest request) {
        return request.getDispatcherType() == DispatcherType.REQUEST
                || request.getDispatcherType() == DispatcherType.ASYNC;
    }

    private Operation operation(HttpGuard guard, HttpServletRequest request, ServletView view) {
        if (request.getAttribute(HttpGuard.OPERATION) instanceof Operation operation) {
            if (behind && request.getDispatcherType() == DispatcherType.REQUEST) {
                guard.wrapped(operation, view);
            }
            return operation;
        }
        Operation operation = guard.begin(view);
        request.setAttribute(HttpGuard.OPERATION, operation);
        return operation;
    }

    static @Nullable RateLimitExceededException refusalIn(Throwable thrown) {
        Throwable cause = thrown;
        for (int depth = 0; cause != null && depth < 16; depth++) {
            if (cause instanceof RateLimitExceededException refused) {
                return refused;
            }
            cause = cause.getCause();
        }
        return null;
    }

    static void write(Answer answer, HttpGuard guard, HttpServletResponse response)
            throws IOException {
        answer.headers().forEach(field -> response.setHeader(field.name(), field.value()));
        if (guard.errorPage()) {
            response.sendError(answer.status());
            return;
        }
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        response.setStatus(answer.status());
        response.setContentType(answer.contentType());
        if (body.length > 0) {
            response.setContentLength(body.length);
            try {
                response.getOutputStream().write(body);
            } catch (IllegalStateException e) { // the application has asked for the writer before
                response.getWriter().write(answer.body());
            }
        }
        response.flushBuffer();
    }
}
