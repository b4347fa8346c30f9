package io.weir.servers.ways;

import io.weir.RateLimited;
import jakarta.enterprise.context.Dependent;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

/** A bean without a proxy: nothing can intercept it, and JAX-RS limits it. */
@Path("fixed-shelf")
@Dependent
public final class FixedShelf {

    @GET
    @RateLimited("2/min")
    public String look() {
        return "fixed";
    }

    @GET
    @Path("b")
    @RateLimited("2/min")
    public String lookAgain() {
        return "fixed b";
    }
}
