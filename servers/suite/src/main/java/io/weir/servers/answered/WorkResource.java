package io.weir.servers.answered;

import io.weir.RateLimited;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Response;
import java.util.concurrent.CompletableFuture;

/** The same by JAX-RS, behind the same filters. */
@Path("{by}")
public class WorkResource {

    @Inject Counter counter;

    @GET
    @Path("resource")
    @RateLimited("1/min")
    public String resource() {
        return "work";
    }

    @GET
    @Path("bean")
    public String bean() {
        counter.count();
        return "work";
    }

    @GET
    @Path("later")
    public void later(@Suspended AsyncResponse response) {
        RuntimeException refused = refusal();
        Object answer = refused == null ? "work" : refused;
        CompletableFuture.runAsync(
                () -> {
                    if (answer instanceof Throwable thrown) {
                        response.resume(thrown);
                    } else {
                        response.resume(answer);
                    }
                });
    }

    private RuntimeException refusal() {
        try {
            counter.count();
            return null;
        } catch (RuntimeException e) {
            return e;
        }
    }

    @GET
    @Path("cached-public")
    @RateLimited("100/min")
    public Response cached() {
        return Response.ok("work").header("Cache-Control", "public, max-age=60").build();
    }

    @GET
    @Path("cached-by-nobody")
    @RateLimited("100/min")
    public Response uncached() {
        return Response.ok("work").build();
    }
}
