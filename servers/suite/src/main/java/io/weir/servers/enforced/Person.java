package io.weir.servers.enforced;

import io.weir.ClientIdentity;
import io.weir.CostResolver;
import io.weir.KeyResolver;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Named;
import java.util.Optional;

/** Who asks, as the application has found out. */
@Named("person")
@RequestScoped
public class Person implements KeyResolver, CostResolver {

    private String name;

    public void is(String name) {
        this.name = name;
    }

    @Override
    public Optional<String> resolve(ClientIdentity client) {
        return Optional.ofNullable(name);
    }

    /** Who is known pays less. */
    @Override
    public long cost(ClientIdentity client) {
        return name == null ? 2 : 1;
    }
}
