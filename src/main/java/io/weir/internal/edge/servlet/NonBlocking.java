package io.weir.internal.edge.servlet;

import io.weir.RateLimitExceededException;
import io.weir.internal.guard.CurrentOperation;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.util.function.Predicate;

/**
 * What a container calls when there is more to read or room to write (Servlet 6.0, 3.7 and 5.7):
 * the operation of the request goes along, and a refusal that nobody has caught is the answer.
 */
final class NonBlocking {

    private final CurrentOperation.Snapshot operation = CurrentOperation.snapshot();
    private final AsyncRequest request;
    private final Predicate<RateLimitExceededException> answers;

    private NonBlocking(AsyncRequest request, Predicate<RateLimitExceededException> answers) {
        this.request = request;
        this.answers = answers;
    }

    private void run(AsyncRequest.Task<IOException> callback) throws IOException {
        run(callback, answers);
    }

    @SuppressWarnings("try") // the scope is closed, and needs no more
    private void run(
            AsyncRequest.Task<IOException> callback, Predicate<RateLimitExceededException> answers)
            throws IOException {
        try (CurrentOperation.Scope scope = operation.enter()) {
            request.run(callback, answers);
        }
    }

    /** Where room to write was told, a refusal can be written. */
    static WriteListener of(WriteListener listener, AsyncRequest request) {
        NonBlocking here = new NonBlocking(request, request::answers);
        return new WriteListener() {
            @Override
            public void onWritePossible() throws IOException {
                here.run(listener::onWritePossible);
            }

            @Override
            public void onError(Throwable thrown) {
                here.operation.around(() -> listener.onError(thrown)).run();
            }
        };
    }

    /** When the answer is complete, a refusal is what any other exception is: too late. */
    static AsyncListener of(AsyncListener listener, AsyncRequest request) {
        NonBlocking here = new NonBlocking(request, refused -> false);
        return new AsyncListener() {
            @Override
            public void onComplete(AsyncEvent event) throws IOException {
                here.run(() -> listener.onComplete(here.of(event)));
            }

            @Override
            public void onTimeout(AsyncEvent event) throws IOException {
                here.run(() -> listener.onTimeout(here.of(event)), r -> here.ends(event, r));
            }

            @Override
            public void onError(AsyncEvent event) throws IOException {
                here.run(() -> listener.onError(here.of(event)), r -> here.ends(event, r));
            }

            @Override
            public void onStartAsync(AsyncEvent event) throws IOException {
                here.run(() -> listener.onStartAsync(here.of(event)));
            }
        };
    }

    /** What a dispatch has thrown is no longer asynchronous by itself, and has to be ended. */
    private boolean ends(AsyncEvent event, RateLimitExceededException refused) {
        boolean isOver = !request.isAsyncStarted();
        boolean answered = request.answers(refused);
        if (answered && isOver) {
            event.getAsyncContext().complete();
        }
        return answered;
    }

    private AsyncEvent of(AsyncEvent event) {
        return new AsyncEvent(
                request.travelling(event.getAsyncContext()),
                event.getSuppliedRequest(),
                event.getSuppliedResponse(),
                event.getThrowable());
    }

    /** A server may read on a thread that must not wait, and so must not write. */
    private static ReadListener of(ReadListener listener, AsyncRequest request) {
        NonBlocking here = new NonBlocking(request, request::answersLater);
        return new ReadListener() {
            @Override
            public void onDataAvailable() throws IOException {
                here.run(listener::onDataAvailable);
            }

            @Override
            public void onAllDataRead() throws IOException {
                here.run(listener::onAllDataRead);
            }

            @Override
            public void onError(Throwable thrown) {
                here.operation.around(() -> listener.onError(thrown)).run();
            }
        };
    }

    /** The entity of a request that goes on asynchronously. */
    static final class Input extends ServletInputStream {

        private final ServletInputStream stream;
        private final AsyncRequest request;

        Input(ServletInputStream stream, AsyncRequest request) {
            this.stream = stream;
            this.request = request;
        }

        @Override
        public void setReadListener(ReadListener listener) {
            stream.setReadListener(of(listener, request));
        }

        @Override
        public boolean isFinished() {
            return stream.isFinished();
        }

        @Override
        public boolean isReady() {
            return stream.isReady();
        }

        @Override
        public int read() throws IOException {
            return stream.read();
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            return stream.read(bytes, from, length);
        }

        @Override
        public int available() throws IOException {
            return stream.available();
        }

        @Override
        public void close() throws IOException {
            stream.close();
        }
    }
}
