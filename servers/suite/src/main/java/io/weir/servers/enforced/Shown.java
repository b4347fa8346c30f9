package io.weir.servers.enforced;

import io.weir.RateLimited;
import jakarta.ws.rs.GET;

/** A sub-resource that is made without a class. */
public interface Shown {

    @GET
    @RateLimited("2/min")
    String show();
}
