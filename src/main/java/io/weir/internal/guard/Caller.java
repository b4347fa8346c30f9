package io.weir.internal.guard;

import io.weir.ClientIdentity;
import java.security.Principal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What an edge knows of who is asking: what keys are made of. */
public interface Caller {

    /**
     * The client.
     *
     * @return its identity
     */
    ClientIdentity client();

    /**
     * The authenticated user.
     *
     * @return the name, empty when anonymous
     */
    default Optional<String> principal() {
        return Optional.empty();
    }

    /**
     * The authenticated user as the container knows him, with what his token claims.
     *
     * @return null when anonymous
     */
    default @Nullable Principal user() {
        return null;
    }

    /**
     * Whether the authenticated user has a role.
     *
     * @param role the role's name
     * @return false when anonymous
     */
    default boolean isIn(String role) {
        return false;
    }

    /**
     * A header field of the request.
     *
     * @param name the field's name
     * @return its first line, empty when absent
     */
    default Optional<String> header(String name) {
        return Optional.empty();
    }

    /**
     * A parameter of the path template that the request matched.
     *
     * @param name the parameter's name
     * @return its decoded value, empty when there is none
     */
    default Optional<String> path(String name) {
        return Optional.empty();
    }

    /**
     * Who is counted where there is no address.
     *
     * @return the user; empty where the client has an address, or nobody is known
     */
    default Optional<String> insteadOfAddress() {
        return Optional.empty();
    }

    /**
     * The same caller, independent of a request that may be over by the time it is asked.
     *
     * @return what is known now
     */
    default Caller detached() {
        return this;
    }
}
