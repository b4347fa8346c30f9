package io.weir.servers.elsewhere;

import io.weir.RateLimitExceededException;
import io.weir.RateLimiter;
import jakarta.inject.Inject;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;

/** Does its work on threads that are not the request's, by what every server has. */
@WebServlet(value = "/elsewhere/*", asyncSupported = true)
public class ElsewhereServlet extends HttpServlet {

    @Inject Work work;
    @Inject RateLimiter limiter;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        switch (request.getPathInfo()) {
            case "/start" -> start(request.startAsync());
            case "/start-wrapped" -> start(request.startAsync(request, response));
            case "/start-again" -> {
                request.startAsync();
                start(request.getAsyncContext());
            }
            case "/start-anyway" -> startAndCompleteAnyway(request.startAsync());
            case "/start-late" -> startLate(request.startAsync());
            case "/timeout" -> listen(request.startAsync(), false);
            case "/timeout-anyway" -> listen(request.startAsync(), true);
            case "/error" -> {
                listen(request.startAsync(), false);
                throw new IllegalStateException("nobody maps it");
            }
            case "/write" -> write(request.startAsync());
            case "/start-caught" -> startAndCatch(request.startAsync());
            case "/wrapped" -> response.getWriter().print(wrapped());
            case "/forgotten" ->
                    response.getWriter()
                            .print(CompletableFuture.supplyAsync(work::forgotten).join());
            default -> response.sendError(404);
        }
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        AsyncContext context = request.startAsync();
        ServletInputStream entity = request.getInputStream();
        entity.setReadListener(
                new ReadListener() {
                    @Override
                    public void onDataAvailable() throws IOException {
                        byte[] part = new byte[512];
                        while (entity.isReady() && entity.read(part) >= 0) {
                            // Until there is no more for now.
                        }
                    }

                    @Override
                    public void onAllDataRead() {
                        print(context, work.work());
                        context.complete();
                    }

                    @Override
                    public void onError(Throwable thrown) {
                        context.complete();
                    }
                });
    }

    private void write(AsyncContext context) throws IOException {
        ServletOutputStream out = context.getResponse().getOutputStream();
        out.setWriteListener(
                new WriteListener() {
                    @Override
                    public void onWritePossible() throws IOException {
                        String worked = work.work();
                        if (out.isReady()) {
                            out.print(worked);
                        }
                        context.complete();
                    }

                    @Override
                    public void onError(Throwable thrown) {
                        context.complete();
                    }
                });
    }

    /** The client has the beginning of the answer when the work is refused. */
    private void startLate(AsyncContext context) {
        context.start(
                () -> {
                    try {
                        print(context, "begun, ");
                        context.getResponse().flushBuffer();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                    print(context, work.work());
                    context.complete();
                });
    }

    private String wrapped() {
        return CompletableFuture.supplyAsync(limiter.asCurrentClient(() -> work.work())).join();
    }

    /** The application answers what was not answered in time, or has failed. */
    private void listen(AsyncContext context, boolean anyway) {
        context.setTimeout(50);
        context.addListener(
                new AsyncListener() {
                    @Override
                    public void onTimeout(AsyncEvent event) {
                        answer(event);
                    }

                    @Override
                    public void onError(AsyncEvent event) {
                        answer(event);
                    }

                    @Override
                    public void onComplete(AsyncEvent event) {
                        // As it is.
                    }

                    @Override
                    public void onStartAsync(AsyncEvent event) {
                        // It listens on.
                    }

                    private void answer(AsyncEvent event) {
                        boolean worked = false;
                        try {
                            print(event.getAsyncContext(), work.work());
                            worked = true;
                        } finally {
                            if (worked || anyway) {
                                event.getAsyncContext().complete();
                            }
                        }
                    }
                });
    }

    /** A refusal is nobody's but the library's. */
    private void start(AsyncContext context) {
        context.start(
                () -> {
                    print(context, work.work());
                    context.complete();
                });
    }

    /** As careful applications do, so that nobody waits for ever. */
    private void startAndCompleteAnyway(AsyncContext context) {
        context.start(
                () -> {
                    try {
                        print(context, work.work());
                    } finally {
                        context.complete();
                    }
                });
    }

    private void startAndCatch(AsyncContext context) {
        context.start(
                () -> {
                    try {
                        print(context, work.work());
                    } catch (RateLimitExceededException e) {
                        print(context, "caught");
                    } finally {
                        context.complete();
                    }
                });
    }

    private static void print(AsyncContext context, String text) {
        try {
            context.getResponse().getWriter().print(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
