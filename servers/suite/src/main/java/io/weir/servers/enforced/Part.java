package io.weir.servers.enforced;

import io.weir.OnRefusal;
import io.weir.RateLimited;
import io.weir.ResourceId;
import jakarta.enterprise.context.RequestScoped;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;

/** A sub-resource that is a bean: what its arguments decide takes an interceptor. */
@RequestScoped
public class Part {

    @GET
    @RateLimited("2/min")
    public String get() {
        return "part";
    }

    @GET
    @Path("id/{id}")
    @RateLimited("2/min")
    public String byId(@ResourceId @PathParam("id") String id) {
        return "part";
    }

    @GET
    @Path("skipped")
    @RateLimited(value = "2/min", onRefusal = OnRefusal.SKIP)
    public void see() {
        // Nothing: what is skipped looks the same.
    }
}
