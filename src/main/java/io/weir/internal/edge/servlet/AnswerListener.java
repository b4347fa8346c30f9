package io.weir.internal.edge.servlet;

import io.weir.Settled;
import io.weir.internal.guard.PendingCharges;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;

/** Ends what a request may give back, once it is known what became of it. */
record AnswerListener(
        PendingCharges pending, HttpServletRequest request, HttpServletResponse response)
        implements AsyncListener {

    /** The outermost dispatch is over: the answer is there, or is still to come. */
    static void of(
            PendingCharges pending, HttpServletRequest request, HttpServletResponse response) {
        DispatcherType dispatch = request.getDispatcherType();
        if (dispatch != DispatcherType.REQUEST && dispatch != DispatcherType.ASYNC) {
            return;
        }
        if (pending.isEmpty() || isDispatchedAgain(request)) {
            return;
        }
        try {
            if (request.isAsyncStarted()) {
                new AnswerListener(pending, request, response).listenTo(request.getAsyncContext());
                return;
            }
        } catch (IllegalStateException e) { // another thread ends it at this moment
            if (isDispatchedAgain(request)) {
                return;
            }
        }
        answered(pending, request, response);
    }

    /** What it has cost is said by who answers, with an attribute of the request. */
    private static void answered(
            PendingCharges pending, HttpServletRequest request, HttpServletResponse response) {
        pending.answered(response.getStatus(), request.getAttribute(Settled.class.getName()));
    }

    /** Nobody answers any more: what the client has got by then counts, if it is anything. */
    static void broken(
            PendingCharges pending, HttpServletRequest request, HttpServletResponse response) {
        if (response.isCommitted()) {
            answered(pending, request, response);
        } else {
            pending.failed();
        }
    }

    /**
     * Undertow, for one, says that nothing asynchronous is going on as soon as that is asked for.
     */
    private static boolean isDispatchedAgain(HttpServletRequest request) {
        return request.getDispatcherType() == DispatcherType.REQUEST
                && request.getAttribute(AsyncContext.ASYNC_REQUEST_URI) != null;
    }

    @Override
    public void onComplete(AsyncEvent event) {
        answered(pending, request, response);
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        broken(pending, request, response);
    }

    @Override
    public void onError(AsyncEvent event) {
        broken(pending, request, response);
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        listenTo(event.getAsyncContext()); // else it is gone with the first context
    }

    /** The context's own request is no longer told by one that is dispatched again. */
    private void listenTo(AsyncContext context) {
        context.addListener(this, request, new Untouched(response));
    }

    /**
     * GlassFish sets the status of the response that comes with a listener to 200 before it tells
     * the listener anything (AsyncContextImpl.notifyAsyncListeners).
     */
    private static final class Untouched extends HttpServletResponseWrapper {

        Untouched(HttpServletResponse response) {
            super(response);
        }

        @Override
        public void setStatus(int status) {
            // Not by a server that only wants to say something.
        }
    }
}
