package io.weir.servers.untouched;

import jakarta.enterprise.context.RequestScoped;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** Answers in JSON, by whatever the server writes it with. */
@Path("account")
@RequestScoped
public class AccountResource {

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    public Account account() {
        return new Account();
    }
}
