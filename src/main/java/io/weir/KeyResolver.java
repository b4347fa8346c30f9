package io.weir;

import java.util.Optional;

/**
 * An application's own key part: a CDI bean with a {@code @Named} name, used by the key text {@code
 * bean:name}. Called on the thread of the limited operation, once for each decision; it must be
 * thread-safe and quick.
 */
@FunctionalInterface
public interface KeyResolver {

    /**
     * The text that tells this caller from others.
     *
     * @param client the current client
     * @return the text, or empty to fall back to the client's address
     */
    Optional<String> resolve(ClientIdentity client);

    /**
     * Whether the text is a secret, such as a token. Then a digest of it stands in the key, as for
     * the value of {@code header:NAME}, so that nobody who reads Redis can use it.
     *
     * @return false, unless overridden
     */
    default boolean isSecret() {
        return false;
    }
}
