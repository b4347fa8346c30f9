package io.weir.servers.app;

import io.weir.RateLimited;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;

/** A resource without a scope: JAX-RS makes it, and no interceptor sees it. */
@Path("plain")
public class PlainResource {

    @GET
    @RateLimited("2/min")
    public String get() {
        return "plain";
    }

    @POST
    @Consumes(Order.TYPE)
    @RateLimited("2/min")
    public String post(Order order) {
        return "plain " + order.productId();
    }

    /** How many entities were parsed, by any resource. */
    @GET
    @Path("parsed")
    public long parsed() {
        return OrderReader.READS.get();
    }

    @POST
    @Path("orders")
    @RateLimited(name = "orders", value = "3/s, 20/min")
    public String order() {
        return "ordered";
    }
}
