package io.weir.servers.app;

import io.weir.RateLimited;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;

/** A resource that is a CDI bean, so that two edges could charge it. */
@Path("managed")
@RequestScoped
public class ManagedResource {

    @Inject Mailer mailer;

    @GET
    @RateLimited("2/min")
    public String get() {
        return "managed";
    }

    @POST
    @Consumes(Order.TYPE)
    @RateLimited("2/min")
    public String post(Order order) {
        return "managed " + order.productId();
    }

    /** Filter, JAX-RS filter and interceptor see this one. */
    @GET
    @Path("once")
    @RateLimited(name = "once")
    public String once() {
        return "once";
    }

    @GET
    @Path("files/{id}")
    public String file() {
        mailer.file();
        return "filed";
    }

    @GET
    @Path("user")
    @RateLimited(value = "1/min", key = "principal")
    public String user() {
        return "user";
    }

    @GET
    @Path("mail")
    public String mail(@QueryParam("times") int times) {
        for (int i = 0; i < times; i++) {
            mailer.send();
        }
        return "sent " + times;
    }
}
