package io.weir.servers.ejblater;

import io.weir.RateLimited;
import io.weir.ResourceId;
import jakarta.ejb.Asynchronous;
import jakarta.ejb.Stateless;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;

/** A resource whose container calls it on another thread. */
@Path("ejb-later")
@Stateless
public class LaterBean {

    @GET
    @Asynchronous
    @RateLimited("3/min")
    public void later(@Suspended AsyncResponse response) {
        response.resume("later");
    }

    @GET
    @Path("global")
    @Asynchronous
    @RateLimited(value = "4/min", key = "global")
    public void global(@Suspended AsyncResponse response) {
        response.resume("later");
    }

    @GET
    @Path("id/{id}")
    @Asynchronous
    @RateLimited("2/min")
    public void id(@ResourceId @PathParam("id") String id, @Suspended AsyncResponse response) {
        response.resume("later");
    }
}
