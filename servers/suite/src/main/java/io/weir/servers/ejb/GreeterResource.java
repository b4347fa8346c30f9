package io.weir.servers.ejb;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

/** Calls the session bean from JAX-RS. */
@Path("greet")
@RequestScoped
public class GreeterResource {

    @Inject Greeter greeter;

    @GET
    public String greet() {
        return greeter.greet();
    }
}
