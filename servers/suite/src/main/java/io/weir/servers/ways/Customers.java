package io.weir.servers.ways;

import io.weir.ClientIdentity;
import io.weir.PlanResolver;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;
import java.util.Optional;

/** One network of 16 bits has a plan. */
@Named("customers")
@ApplicationScoped
public class Customers implements PlanResolver {

    @Override
    public Optional<String> plan(ClientIdentity client) {
        return Optional.of("gold").filter(plan -> client.address().startsWith("100.70."));
    }
}
