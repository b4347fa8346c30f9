package io.weir.internal.http;

import java.security.Principal;
import org.jspecify.annotations.Nullable;

/** Who is logged in, as an edge knows it. */
@FunctionalInterface
public interface User {

    /**
     * The authenticated user.
     *
     * @return null when anonymous
     */
    @Nullable Principal user();

    /**
     * Whether the user has a role.
     *
     * @param role the role's name
     * @return false when anonymous
     */
    default boolean isIn(String role) {
        return false;
    }
}
