package io.weir.servers.enforced;

import jakarta.enterprise.context.RequestScoped;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.ws.rs.Path;

/** Locates the same class in two ways. */
@Path("parts")
@RequestScoped
public class Parts {

    @Inject Instance<Part> beans;

    @Path("bean")
    public Part bean() {
        return beans.get();
    }

    @Path("new")
    public Part made() {
        return new Part();
    }
}
