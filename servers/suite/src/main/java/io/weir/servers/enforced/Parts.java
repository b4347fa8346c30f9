package io.weir.servers.enforced;

import jakarta.enterprise.context.RequestScoped;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.lang.reflect.Proxy;

/** Locates the same class in two ways. */
@Path("parts")
@RequestScoped
public class Parts {

    @Inject Instance<Part> beans;

    @Path("bean")
    public Part bean() {
        return beans.get();
    }

    /** Limited by its path alone. */
    @GET
    @Path("plain")
    public String plain() {
        return "part";
    }

    /** Limited by its path alone, too. */
    @GET
    @Path("any/{id}")
    public String any(@PathParam("id") String id) {
        return "part";
    }

    /** The same, with all that is below. */
    @GET
    @Path("below/{all: .+}")
    public String below(@PathParam("all") String all) {
        return "part";
    }

    @Path("proxy")
    public Shown proxy() {
        return (Shown)
                Proxy.newProxyInstance(
                        Shown.class.getClassLoader(),
                        new Class<?>[] {Shown.class},
                        (proxy, method, arguments) ->
                                switch (method.getName()) {
                                    case "hashCode" -> 1;
                                    case "equals" -> proxy == arguments[0];
                                    default -> "part";
                                });
    }

    @Path("new")
    public Part made() {
        return new Part();
    }
}
