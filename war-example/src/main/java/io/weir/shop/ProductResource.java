package io.weir.shop;

import io.weir.RateLimited;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
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
}
