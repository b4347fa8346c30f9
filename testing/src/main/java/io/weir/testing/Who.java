package io.weir.testing;

import io.weir.ClientIdentity;
import io.weir.internal.address.Client;
import io.weir.internal.address.ClientAddresses;
import io.weir.internal.address.ClientSettings;
import io.weir.internal.guard.Caller;
import java.security.Principal;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who asks in a test.
 *
 * @param address the client's
 * @param name of the user; empty: anonymous
 * @param roles of the user
 */
record Who(String address, Optional<String> name, List<String> roles) implements Caller {

    /** Of a network that documents use: as good as any other. */
    static final Who SOMEBODY = new Who("192.0.2.1", Optional.empty(), List.of());

    Who {
        if (identity(address).address().equals(ClientIdentity.UNKNOWN)) {
            throw new IllegalArgumentException(
                    "the client is \"%s\", expected an address such as 203.0.113.7"
                            .formatted(address));
        }
    }

    private static Client identity(String address) {
        ClientSettings settings = new ClientSettings(List.of(), false, 0, "X-Forwarded-For", 64);
        return new ClientAddresses(settings, System::nanoTime, finding -> {})
                .resolve(address, field -> List.of());
    }

    Who from(String client) {
        return new Who(client, name, roles);
    }

    Who as(String user, List<String> ofRoles) {
        return new Who(address, Optional.of(user), ofRoles);
    }

    String inWords() {
        String roles = this.roles.isEmpty() ? "" : " with the roles " + this.roles;
        return address + name.map(user -> ", user " + user + roles).orElse("");
    }

    @Override
    public ClientIdentity client() {
        return identity(address);
    }

    @Override
    public Optional<String> principal() {
        return name;
    }

    @Override
    public @Nullable Principal user() {
        return name.<Principal>map(text -> () -> text).orElse(null);
    }

    @Override
    public boolean isIn(String role) {
        return roles.contains(role);
    }
}
