package io.weir.servers.concurrency;

import io.weir.servers.elsewhere.Work;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ContextService;
import jakarta.enterprise.concurrent.ContextServiceDefinition;
import jakarta.enterprise.concurrent.ManagedExecutorDefinition;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.inject.Inject;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Goes on by Jakarta Concurrency, and waits for it. */
@WebServlet("/concurrency/*")
@ContextServiceDefinition(name = "java:module/concurrent/Contexts")
@ManagedExecutorDefinition(
        name = "java:module/concurrent/Executor",
        context = "java:module/concurrent/Contexts")
public class LaterServlet extends HttpServlet {

    @Resource ManagedExecutorService executor;
    @Resource ManagedScheduledExecutorService scheduler;
    @Resource ContextService contexts;

    @Resource(lookup = "java:module/concurrent/Executor")
    ManagedExecutorService ownExecutor;

    @Resource(lookup = "java:module/concurrent/Contexts")
    ContextService ownContexts;

    @Inject Work work;
    @Inject Later later;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws IOException, ServletException {
        Future<String> done =
                switch (request.getPathInfo()) {
                    case "/submit" -> executor.submit(work::work);
                    case "/stage" -> executor.supplyAsync(work::work);
                    case "/scheduled" -> scheduler.schedule(work::work, 1, TimeUnit.MILLISECONDS);
                    case "/context" ->
                            CompletableFuture.supplyAsync(contexts.contextualSupplier(work::work));
                    case "/executor" ->
                            CompletableFuture.supplyAsync(
                                    work::work, contexts.currentContextExecutor());
                    case "/own/submit" -> ownExecutor.submit(work::work);
                    case "/own/context" ->
                            CompletableFuture.supplyAsync(
                                    ownContexts.contextualSupplier(work::work));
                    case "/own/below" -> later.ownBelow();
                    case "/asynchronous" -> later.limited();
                    case "/below" -> later.below();
                    default -> throw new ServletException(request.getPathInfo());
                };
        try {
            response.getWriter().print(done.get(20, TimeUnit.SECONDS));
        } catch (Exception e) { // a refusal somewhere in it
            throw new ServletException(e);
        }
    }
}
