package io.weir.servers.ways;

import jakarta.enterprise.context.RequestScoped;
import jakarta.ws.rs.Path;

/** Has its limit from an interface. */
@Path("managed-shelf")
@RequestScoped
public class ManagedShelf implements Shelf {

    @Override
    public String look() {
        return "managed";
    }

    @Override
    public String free() {
        return "free";
    }
}
