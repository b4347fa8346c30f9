package io.weir.servers.ways;

import io.weir.Cost;
import io.weir.RateLimited;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;

/** Has a limit for each method from a stereotype, and some of their own. */
@Slow
@Path("slow")
public class SlowResource {

    @GET
    public String slow() {
        return "slow";
    }

    @GET
    @Path("own")
    @RateLimited("1/min")
    public String own() {
        return "own";
    }

    @GET
    @Path("none")
    @RateLimited.None
    public String none() {
        return "none";
    }

    @GET
    @Path("twice")
    @RateLimited("3/min")
    @RateLimited(value = "2/min", key = "header:X-Api-Key")
    public String twice() {
        return "twice";
    }

    @GET
    @Path("batch")
    @RateLimited("10/min")
    public String batch(@Cost @QueryParam("mails") int mails) {
        return "sent " + mails;
    }

    @GET
    @Path("planned")
    @RateLimited(name = "planned_resource", value = "2/min")
    public String planned() {
        return "planned";
    }

    @Path("child")
    @RateLimited.None
    public Child child() {
        return new Child();
    }
}
