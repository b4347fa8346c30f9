package io.weir.internal.app;

import java.security.Principal;
import java.util.Optional;
import org.eclipse.microprofile.jwt.JsonWebToken;

/** Claims of MicroProfile JWT, where the server has it; only then is this class loaded. */
final class JwtClaims {

    private JwtClaims() {}

    /** Whether a user can have claims at all. */
    static boolean arePossible() {
        return Scan.isPresent("org.eclipse.microprofile.jwt.JsonWebToken");
    }

    /** What a user's token claims under a name; a claim of its own may come as a JSON string. */
    static Optional<String> of(Principal user, String name) {
        Object claim = user instanceof JsonWebToken token ? token.getClaim(name) : null;
        return Optional.ofNullable(claim)
                .map(Object::toString)
                .map(text -> text.replaceFirst("^\"(.*)\"$", "$1"));
    }
}
