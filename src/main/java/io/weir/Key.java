package io.weir;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
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

    private static final String DIGITS = "0123456789ABCDEF";
    private static final long PLAIN_BELOW_64 = plainFrom(0);
    private static final long PLAIN_FROM_64 = plainFrom(64);

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
     * @param resourceIds the resource's ids: texts, numbers, booleans, enums or UUIDs, null being a
     *     value of its own
     * @return the key
     * @throws IllegalArgumentException if there are no parts, or an id of another type
     */
    public static Key of(List<Part> parts, List<? extends @Nullable Object> resourceIds) {
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("a key needs a part");
        }
        String text = caller(parts.get(0));
        for (Part part : parts.subList(1, parts.size())) {
            text = text + '+' + caller(part);
        }
        for (Object id : resourceIds) {
            text = with(text, "", id);
        }
        return new Key(bounded(text));
    }

    private static String caller(Part part) {
        return tag(part.kind()) + escape(part.value());
    }

    /**
     * Makes the key of one part.
     *
     * @param kind where the part comes from
     * @param value what tells this caller from others
     * @param resourceIds the resource's ids: texts, numbers, booleans, enums or UUIDs, null being a
     *     value of its own
     * @return the key
     * @throws IllegalArgumentException if an id is of another type
     */
    public static Key of(KeySource.Kind kind, String value, @Nullable Object... resourceIds) {
        String tag = tag(kind);
        String escaped = escape(value);
        if (resourceIds.length == 0) {
            return new Key(bounded(tag.isEmpty() ? escaped : tag + escaped));
        }
        String text = with(tag, escaped, resourceIds[0]);
        for (int i = 1; i < resourceIds.length; i++) {
            text = with(text, "", resourceIds[i]);
        }
        return new Key(bounded(text));
    }

    /**
     * A key of a client's address alone.
     *
     * @param client the text that {@link ClientIdentity#key()} gives
     * @param resourceIds the resource's ids as text, null being a value of its own
     * @return the key
     */
    public static Key ofClient(String client, @Nullable String... resourceIds) {
        return of(KeySource.Kind.CLIENT, client, (@Nullable Object[]) resourceIds);
    }

    /**
     * Begins with two texts and adds an id. Each sum makes the result and nothing else (no builder,
     * no text of a number), which is most of what a decision in memory allocates.
     */
    private static String with(String begin, String more, @Nullable Object id) {
        if (id instanceof Long || id instanceof Integer) {
            return begin + more + ':' + ((Number) id).longValue();
        }
        if (id == null) {
            return begin + more + ":null=";
        }
        String part = idText(id);
        int plain = plain(part);
        if (plain == part.length()) {
            return begin + more + ':' + part;
        }
        byte[] out = new byte[begin.length() + more.length() + 1 + escapedLength(part, plain)];
        int at = copy(more, more.length(), out, copy(begin, begin.length(), out, 0));
        out[at] = ':';
        return escape(part, plain, out, at + 1);
    }

    private static String idText(Object id) {
        if (id instanceof Enum<?> constant) {
            return constant.name();
        }
        if (id instanceof CharSequence
                || id instanceof Number
                || id instanceof Boolean
                || id instanceof Character
                || id instanceof UUID) {
            return id.toString();
        }
        throw new IllegalArgumentException(
                "a resource id of type "
                        + id.getClass().getName()
                        + ", expected String, number, boolean, enum or UUID");
    }

    private static String bounded(String text) {
        return text.length() <= MAX_LENGTH ? text : "sha256=" + sha256(text);
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
            case CLIENT -> "";
            case PRINCIPAL -> "principal=";
            case HEADER -> "header=";
            case PATH -> "path=";
            case GLOBAL -> "global=";
            case BEAN -> "bean=";
        };
    }

    /**
     * Escapes a text so that it can stand as one part of a Redis key.
     *
     * @param part any text
     * @return printable ASCII without {@code % { } * ? [ ] \ : = +} but for the escapes
     */
    public static String escape(String part) {
        int plain = plain(part);
        return plain == part.length()
                ? part
                : escape(part, plain, new byte[escapedLength(part, plain)], 0);
    }

    /** Fills what is left with a part of which the first characters stand for themselves. */
    private static String escape(String part, int plain, byte[] out, int from) {
        int at = copy(part, plain, out, from);
        for (int i = plain; i < part.length(); ) {
            int c = part.codePointAt(i);
            i += Character.charCount(c);
            if (isPlain(c)) {
                out[at++] = (byte) c;
            } else if (c < 0x80) {
                out[at] = '%';
                at = hex(c, out, at + 1);
            } else if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
                // UTF-8 has no form for half a pair: getBytes would make all of them one "?".
                out[at] = '%';
                out[at + 1] = 'u';
                at = hex(c, out, hex(c >> 8, out, at + 2));
            } else {
                for (byte b : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
                    out[at] = '%';
                    at = hex(b, out, at + 1);
                }
            }
        }
        return new String(out, StandardCharsets.ISO_8859_1);
    }

    private static int copy(String ascii, int length, byte[] out, int from) {
        for (int i = 0; i < length; i++) {
            out[from + i] = (byte) ascii.charAt(i);
        }
        return from + length;
    }

    private static int escapedLength(String part, int plain) {
        int length = plain;
        for (int i = plain; i < part.length(); i++) {
            char c = part.charAt(i);
            // Half of a pair is half of four octets, or the six characters of %uD800.
            boolean six = c >= 0x80 && c < 0x800 || Character.isSurrogate(c);
            length += isPlain(c) ? 1 : c < 0x80 ? 3 : six ? 6 : 9;
        }
        return length;
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
        return c < 0x80 && ((c < 64 ? PLAIN_BELOW_64 : PLAIN_FROM_64) >>> c & 1) != 0;
    }

    /** A bit for each character that stands for itself, of 64 that begin at the first. */
    private static long plainFrom(int first) {
        long bits = 0;
        for (int c = first; c < first + 64; c++) {
            if (c > ' ' && c < 0x7f && "%{}*?[]\\:=+".indexOf(c) < 0) {
                bits |= 1L << c;
            }
        }
        return bits;
    }

    private static int hex(int octet, byte[] out, int at) {
        out[at] = (byte) DIGITS.charAt(octet >> 4 & 15);
        out[at + 1] = (byte) DIGITS.charAt(octet & 15);
        return at + 2;
    }

    private static String sha256(String text) {
        try {
            byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(ascii));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
