package io.weir.internal.edge.servlet;

import io.weir.RateLimitExceededException;
import io.weir.internal.guard.CurrentOperation;
import io.weir.internal.guard.Operation;
import io.weir.internal.http.HttpGuard;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.IOException;
import java.io.UncheckedIOException;

/** A request whose {@code AsyncContext.start} takes its operation along. */
final class TravellingRequest extends HttpServletRequestWrapper {

    private final HttpGuard guard;

    TravellingRequest(HttpServletRequest request, HttpGuard guard) {
        super(request);
        this.guard = guard;
    }

    @Override
    public AsyncContext startAsync() {
        return new Travelling(super.startAsync());
    }

    @Override
    public AsyncContext startAsync(ServletRequest request, ServletResponse response) {
        return new Travelling(super.startAsync(request, response));
    }

    @Override
    public AsyncContext getAsyncContext() {
        return new Travelling(super.getAsyncContext());
    }

    private final class Travelling implements AsyncContext {

        private final AsyncContext context;

        Travelling(AsyncContext context) {
            this.context = context;
        }

        @Override
        public void start(Runnable task) {
            context.start(CurrentOperation.snapshot().around(() -> run(task)));
        }

        /** A refusal that nobody has caught is the answer: else the client would wait for one. */
        private void run(Runnable task) {
            try {
                task.run();
            } catch (RuntimeException e) {
                RateLimitExceededException refused = HttpGuard.refusalIn(e);
                if (refused == null || !answers(refused)) {
                    throw e;
                }
            }
        }

        private boolean answers(RateLimitExceededException refused) {
            try {
                if (!(getAttribute(HttpGuard.OPERATION) instanceof Operation operation)
                        || !(getAttribute(RefusableResponse.ATTRIBUTE)
                                instanceof RefusableResponse response)) {
                    return false;
                }
                response.refuse(guard.answer(refused, operation));
                response.end(TravellingRequest.this);
                return true;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (IllegalStateException e) { // the application has completed it meanwhile
                return false;
            }
        }

        @Override
        public ServletRequest getRequest() {
            return context.getRequest();
        }

        @Override
        public ServletResponse getResponse() {
            ServletResponse response = context.getResponse();
            return getAttribute(RefusableResponse.ATTRIBUTE) instanceof RefusableResponse outer
                            && outer.getResponse() == response
                    ? outer
                    : response;
        }

        @Override
        public boolean hasOriginalRequestAndResponse() {
            return context.hasOriginalRequestAndResponse();
        }

        @Override
        public void dispatch() {
            context.dispatch();
        }

        @Override
        public void dispatch(String path) {
            context.dispatch(path);
        }

        @Override
        public void dispatch(ServletContext servletContext, String path) {
            context.dispatch(servletContext, path);
        }

        @Override
        public void complete() {
            if (getAttribute(RefusableResponse.ATTRIBUTE) instanceof RefusableResponse response) {
                response.writeFields();
            }
            context.complete();
        }

        @Override
        public void addListener(AsyncListener listener) {
            context.addListener(listener);
        }

        @Override
        public void addListener(
                AsyncListener listener, ServletRequest request, ServletResponse response) {
            context.addListener(listener, request, response);
        }

        @Override
        public <T extends AsyncListener> T createListener(Class<T> type) throws ServletException {
            return context.createListener(type);
        }

        @Override
        public void setTimeout(long timeout) {
            context.setTimeout(timeout);
        }

        @Override
        public long getTimeout() {
            return context.getTimeout();
        }
    }
}
