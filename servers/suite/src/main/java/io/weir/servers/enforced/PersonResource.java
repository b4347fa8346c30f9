package io.weir.servers.enforced;

import io.weir.RateLimited;
import jakarta.enterprise.context.RequestScoped;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

/** Counts persons, and lets them pay. */
@Path("person")
@RequestScoped
public class PersonResource {

    @GET
    @Path("key")
    @RateLimited(value = "1/min", key = "bean:person")
    public String key() {
        return "key";
    }

    @GET
    @Path("cost")
    @RateLimited(value = "2/min", costBean = "person")
    public String cost() {
        return "cost";
    }

    @GET
    @Path("faulty")
    @RateLimited(value = "2/min", key = "bean:faulty", costBean = "faulty")
    public String faulty() {
        return "faulty";
    }
}
