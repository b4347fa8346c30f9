package io.weir.servers.ways;

import io.weir.CountWhen;
import io.weir.RateLimited;
import io.weir.ResourceId;
import io.weir.Settled;
import jakarta.enterprise.context.RequestScoped;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotAuthorizedException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;

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

    /** What it has cost is known when it is answered. */
    @GET
    @Path("tokens")
    @RateLimited(value = "100/min, 1000/day in UTC", cost = 10, countWhen = CountWhen.SETTLED)
    public Response tokens(@QueryParam("actual") long actual) {
        return Response.ok(new Tokens(actual)).type("text/plain").build();
    }

    /** Decided by the interceptor. */
    @GET
    @Path("tokens/user")
    @RateLimited(value = "100/min, 1000/day in UTC", cost = 10, countWhen = CountWhen.SETTLED)
    public Response tokensOf(
            @ResourceId @QueryParam("user") String user, @QueryParam("actual") long actual) {
        return tokens(actual);
    }

    /** Whose entity is a plain text. */
    @GET
    @Path("tokens/text")
    @RateLimited(value = "100/min, 1000/day in UTC", cost = 10, countWhen = CountWhen.SETTLED)
    public String text(@Context HttpServletRequest request, @QueryParam("actual") long actual) {
        request.setAttribute(Settled.class.getName(), (Settled) () -> actual);
        return "tokens";
    }

    /** An entity of a kind that each server writes. */
    public static final class Tokens extends ByteArrayInputStream implements Settled {

        private final long actual;

        Tokens(long actual) {
            super("tokens".getBytes(StandardCharsets.UTF_8));
            this.actual = actual;
        }

        @Override
        public long actualCost() {
            return actual;
        }
    }

    @GET
    @Path("later")
    @RateLimited(value = "2/min", countWhen = CountWhen.FAILURE)
    public void later(@QueryParam("status") int status, @Suspended AsyncResponse response) {
        new Thread(() -> response.resume(Response.status(status).entity("login").build())).start();
    }
}
