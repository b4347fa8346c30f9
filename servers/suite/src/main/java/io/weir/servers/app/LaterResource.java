package io.weir.servers.app;

import io.weir.RateLimitExceededException;
import io.weir.RateLimited;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.OPTIONS;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Hands refusals on: to another thread, or inside of another exception. */
@Path("later")
@Produces({"text/plain", "text/html"}) // or Jersey finds nobody who writes a stage as a page
@RequestScoped
public class LaterResource {

    @Inject Mailer mailer;

    @GET
    @Path("stage")
    public CompletionStage<String> stage() {
        return soon();
    }

    @GET
    @Path("resumed")
    public void resumed(@Suspended AsyncResponse response) {
        RateLimitExceededException refused = refusal();
        CompletableFuture.runAsync(() -> resume(response, refused));
    }

    /** With the exception that a stage has put around the refusal. */
    @GET
    @Path("wrapped")
    public void wrapped(@Suspended AsyncResponse response) {
        soon().whenComplete((text, thrown) -> resume(response, thrown));
    }

    private static void resume(AsyncResponse response, Throwable thrown) {
        if (thrown == null) {
            response.resume("later");
        } else {
            response.resume(thrown);
        }
    }

    @GET
    @Path("joined")
    public String joined() {
        return soon().join();
    }

    private CompletableFuture<String> soon() {
        RateLimitExceededException refused = refusal();
        return CompletableFuture.supplyAsync(
                () -> {
                    if (refused != null) {
                        throw refused;
                    }
                    return "later";
                });
    }

    private RateLimitExceededException refusal() {
        try {
            mailer.later();
            return null;
        } catch (RateLimitExceededException e) {
            return e;
        }
    }

    @GET
    @Path("broken")
    public String broken() {
        return CompletableFuture.<String>failedFuture(new IllegalStateException("broken")).join();
    }

    @OPTIONS
    @Path("options")
    @RateLimited("1/min")
    public String options() {
        return "options";
    }
}
