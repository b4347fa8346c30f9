package io.weir.servers.ways;

import io.weir.RateLimited;
import io.weir.ResourceId;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;

/** Has another interceptor besides, and something injected: Open Liberty looks at it twice. */
@Path("shared-shelf")
@RequestScoped
public class SharedShelf {

    @Inject Customers customers;

    @GET
    @Path("{id}")
    @RateLimited("2/min")
    public String look(@ResourceId @PathParam("id") long id) {
        return "shared";
    }

    @GET
    @Upper
    public String all() {
        return "all";
    }
}
