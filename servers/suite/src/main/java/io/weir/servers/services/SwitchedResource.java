package io.weir.servers.services;

import io.weir.RateLimited;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

/** Has a limit that only JAX-RS could enforce. */
@Path("switched")
public class SwitchedResource {

    @GET
    @RateLimited("2/min")
    public String get() {
        return "switched";
    }
}
