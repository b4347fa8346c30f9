package io.weir;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whose permits are counted: one text that no other list of parts has, and that an operator can
 * read.
 *
 * <p>A key is made of the caller's parts, joined by {@code +}, and of resource ids, each after a
 * {@code :}. A client's address stands bare; every other part is tagged with its kind ({@code
 * principal=ada}), so that a user who is called {@code 203.0.113.7} is not that address. Inside a
 * part {@code % { } * ? [ ] \ : = +}, controls, blanks and everything outside ASCII is
 * percent-escaped (UTF-8; an unpaired surrogate as {@code %uD800}). {@code null} is an id of its
 * own, {@code null=}. A text of more than {@value #MAX_LENGTH} characters is replaced by its
 * SHA-256.
 *
 * <p>Immutable.
 */
public final class Key {

    /** The longest text that stands for itself. */
    public static final int MAX_LENGTH = 200;

    private final String text;

    private Key(String text) {
        this.text = text;
    }

    /**
     * One of the caller's parts.
     *
     * @param kind where it comes from
     * @param value what tells this caller from others
     */
    public record Part(KeySource.Kind kind, String value) {}

    /**
     * Makes the key of these parts.
     *
     * @param parts the caller's parts, at least one
     * @param resourceIds the resource's ids as text, null being a value of its own
     * @return the key
     * @throws IllegalArgumentException if there are no parts
     */
    public static Key of(List<Part> parts, List<@Nullable String> resourceIds) {
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("a key needs a part");
        }
        if (resourceIds.isEmpty() && parts.size() == 1) {
            Part only = parts.get(0);
            String value = only.value();
            if (only.kind() == KeySource.Kind.CLIENT
                    && value.length() <= MAX_LENGTH
                    && plain(value) == value.length()) {
                return new Key(value); // an IPv4 client by itself: nothing to build
            }
        }
        StringBuilder text = new StringBuilder(48);
        for (int i = 0; i < parts.size(); i++) {
            if (i > 0) {
                text.append('+');
            }
            Part part = parts.get(i);
            if (part.kind() != KeySource.Kind.CLIENT) {
                text.append(tag(part.kind())).append('=');
            }
            escape(part.value(), text);
        }
        for (String id : resourceIds) {
            text.append(':');
            if (id == null) {
                text.append("null=");
            } else {
                escape(id, text);
            }
        }
        return new Key(text.length() <= MAX_LENGTH ? text.toString() : "sha256=" + sha256(text));
    }

    /**
     * A key of a client's address alone.
     *
     * @param client the text that {@link ClientIdentity#key()} gives
     * @param resourceIds the resource's ids as text, null being a value of its own
     * @return the key
     */
    public static Key ofClient(String client, @Nullable String... resourceIds) {
        return of(
                List.of(new Part(KeySource.Kind.CLIENT, client)),
                java.util.Arrays.asList(resourceIds));
    }

    /**
     * The whole key as text, safe inside a Redis key and its hash tag.
     *
     * @return printable ASCII of at most {@value #MAX_LENGTH} characters
     */
    public String text() {
        return text;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Key key && key.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }

    private static String tag(KeySource.Kind kind) {
        return switch (kind) {
            case CLIENT -> "client";
            case PRINCIPAL -> "principal";
            case HEADER -> "header";
            case PATH -> "path";
            case GLOBAL -> "global";
            case BEAN -> "bean";
        };
    }

    /**
     * Escapes a text so that it can stand as one part of a Redis key.
     *
     * @param part any text
     * @return printable ASCII without {@code % { } * ? [ ] \ : = +} but for the escapes
     */
    public static String escape(String part) {
        StringBuilder out = new StringBuilder(part.length() + 8);
        escape(part, out);
        return out.toString();
    }

    private static void escape(String part, StringBuilder out) {
        int plain = plain(part);
        out.append(part, 0, plain); // nearly always all of it: one copy instead of a look at each
        for (int i = plain; i < part.length(); ) {
            int c = part.codePointAt(i);
            i += Character.charCount(c);
            if (isPlain(c)) {
                out.append((char) c);
            } else if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
                // UTF-8 has no form for half a pair: getBytes would make all of them one "?".
                out.append("%u").append(hex(c >> 8)).append(hex(c));
            } else {
                for (byte b : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
                    out.append('%').append(hex(b));
                }
            }
        }
    }

    /** How many characters at the beginning stand for themselves. */
    private static int plain(String part) {
        int i = 0;
        while (i < part.length() && isPlain(part.charAt(i))) {
            i++;
        }
        return i;
    }

    private static boolean isPlain(int c) {
        return switch (c) {
            case '%', '{', '}', '*', '?', '[', ']', '\\', ':', '=', '+' -> false;
            default -> c > ' ' && c < 0x7f;
        };
    }

    private static String hex(int octet) {
        return HexFormat.of().withUpperCase().toHexDigits((byte) octet);
    }

    private static String sha256(CharSequence text) {
        try {
            byte[] ascii = text.toString().getBytes(StandardCharsets.US_ASCII);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(ascii));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
