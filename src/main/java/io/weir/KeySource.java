package io.weir;

import java.io.Serializable;
import java.util.Objects;

/**
 * One part of a policy's key: where the text comes from that tells one caller from another.
 *
 * @param kind the kind of source
 * @param name which header, path parameter or bean; empty for the kinds that need none
 * @serial exclude
 */
public record KeySource(Kind kind, String name) implements Serializable {

    /** The caller's address; the default key. */
    public static final KeySource CLIENT = new KeySource(Kind.CLIENT, "");

    /** The kinds of source. */
    public enum Kind {
        /** The client's address, an IPv6 address by its network. */
        CLIENT,
        /** The authenticated user; anonymous callers fall back to {@link #CLIENT}. */
        PRINCIPAL,
        /** A request header field; where it is absent, {@link #CLIENT}. */
        HEADER,
        /** A parameter of the path template. */
        PATH,
        /** No distinction: one count for everybody. */
        GLOBAL,
        /** A {@link KeyResolver} of the application, by its CDI name. */
        BEAN;

        /**
         * Whether this kind goes with a name.
         *
         * @return true for {@code header:}, {@code path:} and {@code bean:}
         */
        public boolean named() {
            return this == HEADER || this == PATH || this == BEAN;
        }
    }

    /**
     * Checks that a name is there exactly where the kind needs one.
     *
     * @param kind the kind of source
     * @param name its name, or empty
     * @throws IllegalArgumentException if it is not
     */
    public KeySource {
        Objects.requireNonNull(kind, "kind");
        if (kind.named() == name.isEmpty()) {
            throw new IllegalArgumentException(
                    kind + (kind.named() ? " needs a name" : " takes no name, given: " + name));
        }
    }
}
