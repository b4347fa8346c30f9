package io.weir.internal.edge.servlet;

import io.weir.RateLimitExceededException;
import io.weir.internal.answer.Answer;
import io.weir.internal.guard.CurrentOperation;
import io.weir.internal.http.FrontCheck;
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
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
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
    private boolean liberty;

    WeirFilter(WeirStarter starter, boolean behind) {
        this.starter = starter;
        this.behind = behind;
    }

    @Override
    public void init(FilterConfig config) {
        ServletContext context = config.getServletContext();
        guard = starter.start(context, WeirInitializer.parameters(context));
        liberty = WeirInitializer.isLiberty(context);
        if (behind) {
            starter.filtersAreKnown();
        }
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
        boolean included = http.getDispatcherType() == DispatcherType.INCLUDE;
        RefusableResponse refusable = refusable(guard, http, answered);
        ServletView view =
                new ServletView(outermost ? new AsyncRequest(http, guard) : http, refusable);
        HttpOperation operation = operation(guard, http, view);
        try (CurrentOperation.Scope scope = guard.enter(operation)) {
            if (behind) {
                Answer refused = guard.path(operation, view, refusable.front());
                if (refused == null) {
                    refusable.isWrapped(answered != refusable);
                    pass(http, answered, chain, refusable);
                } else {
                    refusable.refuse(refused);
                }
            } else {
                inFront(guard, operation, view, refusable, answered, chain);
            }
        } catch (IOException | ServletException | RuntimeException e) {
            RateLimitExceededException refused = HttpGuard.refusalIn(e);
            // What is included cannot set a status: who includes it gets the refusal.
            if (refused == null || included) {
                if (outermost) { // else somebody may still answer for it
                    refusable.endNow(http);
                    AnswerListener.broken(operation.pending(), http, answered);
                }
                throw e;
            }
            refusable.refuse(guard.answer(refused, operation));
        }
        if (!behind) {
            if (!included) {
                refusable.end(http);
            }
            AnswerListener.of(operation.pending(), http, answered);
        }
    }

    /** The response of the outermost dispatch, in front of all filters. */
    private RefusableResponse refusable(
            HttpGuard guard, HttpServletRequest request, HttpServletResponse response) {
        Object known = request.getAttribute(RefusableResponse.ATTRIBUTE);
        DispatcherType dispatch = request.getDispatcherType();
        boolean goesOn =
                behind || dispatch == DispatcherType.FORWARD || dispatch == DispatcherType.INCLUDE;
        if (known instanceof RefusableResponse refusable
                && (goesOn || refusable.isUnder(response))) {
            return refusable;
        }
        RefusableResponse refusable = new RefusableResponse(response, guard, liberty);
        request.setAttribute(RefusableResponse.ATTRIBUTE, refusable);
        return refusable;
    }

    /** What the chain does not bring to the filter behind the application's is decided here. */
    private static void inFront(
            HttpGuard guard,
            HttpOperation operation,
            ServletView view,
            RefusableResponse refusable,
            HttpServletResponse answered,
            FilterChain chain)
            throws IOException, ServletException {
        HttpServletRequest request = view.request();
        HttpServletResponse response = answered == refusable.getResponse() ? refusable : answered;
        refusable.isWrapped(true); // perhaps
        FrontCheck check = guard.front(operation, view);
        if (check != null && check.answer() != null) {
            refusable.refuse(check.answer());
            return;
        }
        refusable.begins(check);
        boolean passed = false;
        try {
            pass(request, response, chain, refusable);
            passed = true;
        } finally {
            refusable.ends();
            if (check != null && (!passed || request.isAsyncStarted())) {
                check.missed(); // another one answers
            }
        }
        if (check != null) {
            refusable.decide(check);
        }
    }

    private static void pass(
            HttpServletRequest request,
            HttpServletResponse response,
            FilterChain chain,
            RefusableResponse refusable)
            throws IOException, ServletException {
        chain.doFilter(request, response);
        if (request.getAttribute(HttpGuard.REFUSAL) instanceof RateLimitExceededException refused) {
            request.removeAttribute(HttpGuard.REFUSAL);
            throw refused;
        }
        if (request.getAttribute(HttpGuard.ERROR_PAGE) instanceof Answer refused
                && request.getDispatcherType() != DispatcherType.INCLUDE) {
            request.removeAttribute(HttpGuard.ERROR_PAGE);
            refusable.refuse(refused);
        }
    }

    private static boolean isOutermost(HttpServletRequest request) {
        return request.getDispatcherType() == DispatcherType.REQUEST
                || request.getDispatcherType() == DispatcherType.ASYNC;
    }

    private static HttpOperation operation(
            HttpGuard guard, HttpServletRequest request, ServletView view) {
        if (request.getAttribute(HttpGuard.OPERATION) instanceof HttpOperation operation) {
            if (request.getDispatcherType() == DispatcherType.REQUEST) {
                guard.wrapped(operation, view);
            }
            return operation;
        }
        return operation(guard, view);
    }

    /** The operation of a request, which may have begun in front of all filters. */
    static HttpOperation operation(HttpGuard guard, ServletView view) {
        HttpServletRequest request = view.request();
        if (request.getAttribute(HttpGuard.OPERATION) instanceof HttpOperation operation) {
            return operation;
        }
        HttpOperation operation = guard.begin(view);
        request.setAttribute(HttpGuard.OPERATION, operation);
        return operation;
    }
}
