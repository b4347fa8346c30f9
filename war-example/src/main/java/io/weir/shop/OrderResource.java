package io.weir.shop;

import io.weir.RateLimited;
import jakarta.enterprise.context.RequestScoped;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** Takes orders. */
@Path("orders")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@RequestScoped
public class OrderResource {

    /**
     * Takes an order, at most three a second and twenty a minute. A refused request is never even
     * read: {@link OrderReader} runs after the limiter.
     *
     * @param order a valid order
     * @return 201 and the order
     */
    @POST
    @RateLimited(name = "orders", value = "3/s, 20/min")
    public Response place(Order order) {
        return Response.status(Response.Status.CREATED).entity(order).build();
    }
}
