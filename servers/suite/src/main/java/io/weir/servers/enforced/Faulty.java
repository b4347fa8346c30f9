package io.weir.servers.enforced;

import io.weir.ClientIdentity;
import io.weir.CostResolver;
import io.weir.KeyResolver;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;
import java.util.Optional;

/** Has a defect. */
@Named("faulty")
@ApplicationScoped
public class Faulty implements KeyResolver, CostResolver {

    @Override
    public Optional<String> resolve(ClientIdentity client) {
        throw new NoClassDefFoundError("com/example/Tenants");
    }

    @Override
    public long cost(ClientIdentity client) {
        throw new IllegalStateException("no prices today");
    }
}
