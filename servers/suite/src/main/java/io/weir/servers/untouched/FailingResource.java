package io.weir.servers.untouched;

import jakarta.enterprise.context.RequestScoped;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** Throws what the application maps, and what it leaves to the server. */
@Path("failing")
@RequestScoped
public class FailingResource {

    @GET
    @Path("{what}")
    public String fail(@PathParam("what") String what) throws Exception {
        throw switch (what) {
            case "mapped" -> new Failing();
            case "runtime" -> new IllegalStateException(new Failing());
            case "checked" -> new IOException(new Failing());
            case "completion" -> new CompletionException(new Failing());
            case "jax-rs" -> new CompletionException(new NotFoundException());
            default -> new NotFoundException();
        };
    }

    @GET
    @Path("stage/{what}")
    public CompletionStage<String> failLater(@PathParam("what") String what) {
        return CompletableFuture.supplyAsync(
                () -> {
                    throw what.equals("mapped") ? new Failing() : new NotFoundException();
                });
    }
}
