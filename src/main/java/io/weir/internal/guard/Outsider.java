package io.weir.internal.guard;

import io.weir.ClientIdentity;
import java.security.Principal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who asks for one key outside any operation: the user whom the container knows, or nobody. */
final class Outsider implements Caller {

    private final Caller known;
    private boolean nobody;

    Outsider(Caller known) {
        this.known = known;
    }

    @Override
    public ClientIdentity client() {
        return known.client();
    }

    @Override
    public Optional<String> principal() {
        return known.principal();
    }

    @Override
    public @Nullable Principal user() {
        return known.user();
    }

    @Override
    public boolean isIn(String role) {
        return known.isIn(role);
    }

    @Override
    public Optional<String> insteadOfAddress() {
        Optional<String> user = principal();
        nobody = user.isEmpty();
        return user;
    }

    /** Whether its key was to tell somebody from others, and tells nobody from nobody. */
    boolean isNobody() {
        return nobody;
    }
}
