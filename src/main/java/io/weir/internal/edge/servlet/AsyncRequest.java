package io.weir.internal.edge.servlet;

import io.weir.RateLimitExceededException;
import io.weir.internal.guard.CurrentOperation;
import io.weir.internal.http.HttpGuard;
import io.weir.internal.http.HttpOperation;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A request that takes its operation along where it goes on asynchronously. */
final class AsyncRequest extends HttpServletRequestWrapper {

    private final HttpGuard guard;

    /** What tasks have completed before it is known whether they are refused, by their threads. */
    private final Map<Thread, Completion> tasks = new ConcurrentHashMap<>(0);

    AsyncRequest(HttpServletRequest request, HttpGuard guard) {
        super(request);
        this.guard = guard;
    }

    @Override
    public AsyncContext startAsync() {
        return travelling(super.startAsync());
    }

    @Override
    public AsyncContext startAsync(ServletRequest request, ServletResponse response) {
        return travelling(super.startAsync(request, response));
    }

    @Override
    public AsyncContext getAsyncContext() {
        return travelling(super.getAsyncContext());
    }

    @Override
    public ServletInputStream getInputStream() throws IOException {
        ServletInputStream stream = super.getInputStream();
        return isAsyncStarted() ? new NonBlocking.Input(stream, this) : stream;
    }

    /** Some methods of a context are another; all others, also those of later days, are its own. */
    AsyncContext travelling(AsyncContext context) {
        refusable().ifPresent(response -> response.goesOn(this));
        return (AsyncContext)
                Proxy.newProxyInstance(
                        AsyncRequest.class.getClassLoader(),
                        new Class<?>[] {AsyncContext.class},
                        (proxy, method, arguments) -> {
                            switch (method.getName()) {
                                case "start" -> {
                                    Runnable task = (Runnable) arguments[0];
                                    context.start(
                                            CurrentOperation.snapshot()
                                                    .around(() -> run(task::run, this::answers)));
                                    return null;
                                }
                                case "addListener" ->
                                        arguments[0] =
                                                NonBlocking.of((AsyncListener) arguments[0], this);
                                case "getResponse" -> {
                                    return responseOf(context);
                                }
                                case "complete" -> {
                                    if (waits(context)) {
                                        return null;
                                    }
                                    refusable().ifPresent(RefusableResponse::writeFields);
                                }
                                default -> {}
                            }
                            try {
                                return method.invoke(context, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    private Optional<RefusableResponse> refusable() {
        return getAttribute(RefusableResponse.ATTRIBUTE) instanceof RefusableResponse response
                ? Optional.of(response)
                : Optional.empty();
    }

    private ServletResponse responseOf(AsyncContext context) {
        ServletResponse response = context.getResponse();
        return refusable()
                .filter(outer -> outer.getResponse() == response)
                .<ServletResponse>map(outer -> outer)
                .orElse(response);
    }

    /** A task of an application, or a listener of its. */
    interface Task<X extends Exception> {
        void run() throws X;
    }

    /** A context that a task has completed, if it has. */
    private static final class Completion {
        private @Nullable AsyncContext context;
    }

    /**
     * A refusal that nobody has caught is the answer: else the client would wait for one, or get an
     * empty one of a task that completes its request in any case.
     */
    <X extends Exception> void run(Task<X> task, Predicate<RateLimitExceededException> answers)
            throws X {
        Completion completion = new Completion();
        tasks.put(Thread.currentThread(), completion);
        try {
            task.run();
        } catch (RuntimeException e) {
            RateLimitExceededException refused = HttpGuard.refusalIn(e);
            tasks.remove(Thread.currentThread());
            if (refused == null || !answers.test(refused)) {
                throw e;
            }
            completion.context = null;
        } finally {
            tasks.remove(Thread.currentThread());
            if (completion.context != null) {
                refusable().ifPresent(RefusableResponse::writeFields);
                completion.context.complete();
            }
        }
    }

    /** Whether a task of this thread was refused, and may be about to say so. */
    private boolean waits(AsyncContext context) {
        Completion completion = tasks.get(Thread.currentThread());
        if (completion == null
                || !(getAttribute(HttpGuard.OPERATION) instanceof HttpOperation operation)
                || operation.refused() == null) {
            return false;
        }
        completion.context = context;
        return true;
    }

    /** Whether a refusal is the answer from now on, or ends one that has begun. */
    boolean answers(RateLimitExceededException refused) {
        try {
            if (!(getAttribute(HttpGuard.OPERATION) instanceof HttpOperation operation)
                    || refusable().isEmpty()) {
                return false;
            }
            RefusableResponse response = refusable().get();
            boolean hasBegun = response.isCommitted();
            response.refuse(guard.answer(refused, operation));
            response.end(this);
            if (hasBegun) {
                super.getAsyncContext().complete(); // nobody else will
            }
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (IllegalStateException e) { // the application has completed it meanwhile
            return false;
        }
    }

    /** The same on a thread that may wait. */
    boolean answersLater(RateLimitExceededException refused) {
        super.getAsyncContext().start(() -> answers(refused));
        return true;
    }
}
