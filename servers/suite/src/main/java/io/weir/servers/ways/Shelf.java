package io.weir.servers.ways;

import io.weir.RateLimited;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

/** A contract with its limit, for whoever implements it. */
public interface Shelf {

    @GET
    @RateLimited("2/min")
    String look();

    @GET
    @Path("free")
    String free();
}
