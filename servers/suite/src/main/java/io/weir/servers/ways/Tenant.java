package io.weir.servers.ways;

import io.weir.ClientIdentity;
import io.weir.KeyResolver;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;
import java.util.Optional;

/** Everybody of a network of 16 bits. */
@Named("tenant")
@ApplicationScoped
public class Tenant implements KeyResolver {

    @Override
    public Optional<String> resolve(ClientIdentity client) {
        String address = client.address();
        return Optional.of(address.substring(0, address.indexOf('.', address.indexOf('.') + 1)));
    }
}
