package io.weir.shop;

import io.weir.RateLimited;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.NotAuthorizedException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;

/** The products: the list and each one, with a limit of its own each. */
@Path("products")
@Produces(MediaType.APPLICATION_JSON)
@RequestScoped
public class ProductResource {

    @Inject private Catalogue catalogue;
    @Inject private ViewCounter views;

    /**
     * The list. Reading it is no view of a product.
     *
     * @return every product
     */
    @GET
    @RateLimited(name = "products", value = "100/min")
    public List<Product> list() {
        return catalogue.all();
    }

    /**
     * One product. Reading it is a view, and the answer counts it.
     *
     * @param id the product's number
     * @return the product
     * @throws NotFoundException if there is none
     */
    @GET
    @Path("{id}")
    @RateLimited(name = "product", value = "100/min")
    public Product get(@PathParam("id") long id) {
        if (catalogue.find(id).isPresent()) {
            views.countView(id);
        }
        return catalogue.find(id).orElseThrow(NotFoundException::new);
    }

    /**
     * Gives a product another name; every shop shows it at once. For the merchant alone, who knows
     * SHOP_MERCHANT_TOKEN; without that nobody does. Ten a minute, and 500 a day, which begins at
     * midnight in Paris.
     *
     * @param id the product's number
     * @param authorization {@code Bearer} and the token
     * @param name the new name
     * @throws NotFoundException if there is no such product
     * @throws NotAuthorizedException if anybody else asks
     */
    @PUT
    @Path("{id}")
    @Consumes(MediaType.TEXT_PLAIN)
    @RateLimited(name = "rename", value = "10/min, 500/day in Europe/Paris")
    public void rename(
            @PathParam("id") long id,
            @HeaderParam("Authorization") String authorization,
            String name) {
        String token = System.getenv("SHOP_MERCHANT_TOKEN");
        if (token == null || authorization == null || !isSame("Bearer " + token, authorization)) {
            throw new NotAuthorizedException("Bearer");
        }
        if (name.isBlank() || name.length() > Product.MAX_NAME) {
            throw new BadRequestException();
        }
        if (!catalogue.rename(id, name.strip())) {
            throw new NotFoundException();
        }
    }

    /** In a time that does not tell how much of it is right. */
    private static boolean isSame(String one, String other) {
        return MessageDigest.isEqual(
                one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }
}
