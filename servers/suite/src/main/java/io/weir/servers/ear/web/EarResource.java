package io.weir.servers.ear.web;

import io.weir.RateLimited;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

/** A resource that is no bean. */
@Path("resource")
public class EarResource {

    @GET
    @RateLimited(name = "resource")
    public String get() {
        return "resource";
    }
}
