package io.weir.servers.answered;

import io.weir.RateLimited;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

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

    /** The client has the beginning before the bean is asked, as of a stream of events. */
    @GET
    @Path("flushed")
    public String flushed(@Context HttpServletResponse response) throws IOException {
        response.getOutputStream().print("begun ");
        response.flushBuffer();
        counter.count();
        return "work";
    }

    /** A refusal that somebody has put into another exception, and nobody maps. */
    @GET
    @Path("inside/{what}")
    public String inside(@PathParam("what") String what) throws Exception {
        RuntimeException refused = refusal();
        if (refused == null) {
            return "work";
        }
        throw switch (what) {
            case "runtime" -> new IllegalStateException(refused);
            case "checked" -> new IOException(refused);
            case "jax-rs" -> new WebApplicationException(refused);
            default -> new CompletionException(refused);
        };
    }

    /** The one who answers for it asks a limited bean. */
    @GET
    @Path("mapper")
    public String mapper() {
        throw new Broken();
    }

    /** The same on a thread that nobody has told the request. */
    @GET
    @Path("mapper-later")
    public CompletionStage<String> mapperLater() {
        return CompletableFuture.supplyAsync(
                () -> {
                    throw new Late();
                });
    }

    @GET
    @Path("later-inside")
    public void laterInside(@Suspended AsyncResponse response) {
        RuntimeException refused = refusal();
        Object answer = refused == null ? "work" : new IllegalStateException(refused);
        CompletableFuture.runAsync(() -> resume(response, answer));
    }

    @GET
    @Path("later")
    public void later(@Suspended AsyncResponse response) {
        RuntimeException refused = refusal();
        Object answer = refused == null ? "work" : refused;
        CompletableFuture.runAsync(() -> resume(response, answer));
    }

    private static void resume(AsyncResponse response, Object answer) {
        if (answer instanceof Throwable thrown) {
            response.resume(thrown);
        } else {
            response.resume(answer);
        }
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
