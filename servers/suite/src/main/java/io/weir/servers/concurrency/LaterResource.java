package io.weir.servers.concurrency;

import io.weir.RateLimited;
import io.weir.ResourceId;
import io.weir.servers.elsewhere.Work;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.Asynchronous;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Resource methods that go on elsewhere. */
@Path("later")
@ApplicationScoped
public class LaterResource {

    @Resource ManagedExecutorService executor;
    @Inject Work work;

    @GET
    @Asynchronous
    @RateLimited("2/min")
    public CompletionStage<String> later() {
        return Asynchronous.Result.complete("later");
    }

    @GET
    @Path("suspended")
    @Asynchronous
    @RateLimited("2/min")
    public void suspended(@Suspended AsyncResponse response) {
        response.resume("later");
    }

    @GET
    @Path("id/{id}")
    @Asynchronous
    @RateLimited("2/min")
    public void id(@ResourceId @PathParam("id") String id, @Suspended AsyncResponse response) {
        response.resume("later");
    }

    @GET
    @Path("stage")
    public CompletionStage<String> stage() {
        return CompletableFuture.supplyAsync(work::work, executor);
    }
}
