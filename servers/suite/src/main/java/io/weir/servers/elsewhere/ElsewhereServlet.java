package io.weir.servers.elsewhere;

import io.weir.RateLimitExceededException;
import io.weir.RateLimiter;
import jakarta.inject.Inject;
import jakarta.servlet.AsyncContext;
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
            case "/start-caught" -> startAndCatch(request.startAsync());
            case "/wrapped" -> response.getWriter().print(wrapped());
            case "/forgotten" ->
                    response.getWriter()
                            .print(CompletableFuture.supplyAsync(work::forgotten).join());
            default -> response.sendError(404);
        }
    }

    private String wrapped() {
        return CompletableFuture.supplyAsync(limiter.asCurrentClient(() -> work.work())).join();
    }

    /** A refusal is nobody's but the library's. */
    private void start(AsyncContext context) {
        context.start(
                () -> {
                    print(context, work.work());
                    context.complete();
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
