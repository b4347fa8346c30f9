package io.weir.servers.ways;

import io.weir.RateLimited;
import jakarta.ws.rs.GET;

/** A sub-resource that the application makes itself. */
public class Child {

    @GET
    @RateLimited("2/min")
    public String get() {
        return "child";
    }
}
