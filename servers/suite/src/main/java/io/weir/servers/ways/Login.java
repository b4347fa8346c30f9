package io.weir.servers.ways;

import io.weir.CountWhen;
import io.weir.RateLimited;
import io.weir.ResourceId;
import jakarta.enterprise.context.RequestScoped;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotAuthorizedException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Response;

/** A login of the application's own: only wrong guesses count. */
@Path("login")
@RequestScoped
public class Login {

    @GET
    @RateLimited(value = "2/min", countWhen = CountWhen.FAILURE, failureStatus = "401, 403, 5xx")
    public Response login(@QueryParam("status") int status) {
        return Response.status(status).entity("login").build();
    }

    @GET
    @Path("thrown")
    @RateLimited(value = "2/min", countWhen = CountWhen.FAILURE)
    public String thrown(@QueryParam("status") int status) {
        if (status == 401) {
            throw new NotAuthorizedException("Weir");
        }
        return "login";
    }

    /** Decided by the interceptor, which does not know the status. */
    @GET
    @Path("user")
    @RateLimited(value = "2/min", countWhen = CountWhen.FAILURE)
    public Response user(
            @ResourceId @QueryParam("user") String user, @QueryParam("status") int status) {
        return Response.status(status).entity("login").build();
    }

    @GET
    @Path("later")
    @RateLimited(value = "2/min", countWhen = CountWhen.FAILURE)
    public void later(@QueryParam("status") int status, @Suspended AsyncResponse response) {
        new Thread(() -> response.resume(Response.status(status).entity("login").build())).start();
    }
}
