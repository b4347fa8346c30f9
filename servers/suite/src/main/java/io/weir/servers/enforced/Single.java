package io.weir.servers.enforced;

import io.weir.RateLimited;
import io.weir.ResourceId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;

/** A bean, and an object that the application hands to JAX-RS past CDI. */
@Path("single")
@ApplicationScoped
public class Single {

    @GET
    @RateLimited("2/min")
    public String get() {
        return "single";
    }

    @GET
    @Path("{id}")
    @RateLimited("2/min")
    public String byId(@ResourceId @PathParam("id") String id) {
        return "single";
    }
}
