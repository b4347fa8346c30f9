package io.weir.shop;

import io.weir.ClientIdentity;
import io.weir.LimiterStatus;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.json.bind.annotation.JsonbPropertyOrder;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Locale;

/**
 * Whom the limiter takes the caller for, and where it counts. It is here to look at: an application
 * on the internet would not tell its clients.
 */
@Path("client")
@Produces(MediaType.APPLICATION_JSON)
@RequestScoped
public class ClientResource {

    @Inject private ClientIdentity client;
    @Inject private LimiterStatus status;

    /**
     * The caller.
     *
     * @param peer the address of the connection
     * @param address the address of the client
     * @param key what is counted
     * @param findings what looks misconfigured about proxies
     * @param store {@code redis} or {@code local}
     */
    @JsonbPropertyOrder({"peer", "address", "key", "findings", "store"})
    public record Caller(
            String peer, String address, String key, List<String> findings, String store) {}

    /**
     * Not limited.
     *
     * @return the caller of this very request
     */
    @GET
    public Caller get() {
        return new Caller(
                client.peer(),
                client.address(),
                client.key(),
                client.findings(),
                status.store().name().toLowerCase(Locale.ROOT));
    }
}
