package io.weir.internal.app;

import io.weir.Key;
import io.weir.KeySource;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads a key as it stands in Redis, between the braces. Stateless. */
final class KeyParser {

    private KeyParser() {}

    /**
     * Reads a key.
     *
     * @param text as {@link Key#text} says it
     * @return a key of the same text
     * @throws IllegalArgumentException if it is none, or is only the digest of one
     */
    static Key parse(String text) {
        String[] parts = text.split(":", -1);
        List<Key.Part> callers =
                Arrays.stream(parts[0].split("\\+", -1)).map(KeyParser::part).toList();
        List<@Nullable Object> ids = new ArrayList<>();
        for (String id : Arrays.asList(parts).subList(1, parts.length)) {
            ids.add(id.equals("null=") ? null : unescaped(id, text));
        }
        Key key = Key.of(callers, ids);
        if (!key.text().equals(text)) {
            throw refuse(text);
        }
        return key;
    }

    private static Key.Part part(String text) {
        int equals = text.indexOf('=');
        if (equals < 0) {
            return new Key.Part(KeySource.Kind.CLIENT, unescaped(text, text));
        }
        try {
            KeySource.Kind kind =
                    KeySource.Kind.valueOf(text.substring(0, equals).toUpperCase(Locale.ROOT));
            return new Key.Part(kind, unescaped(text.substring(equals + 1), text));
        } catch (IllegalArgumentException e) {
            throw refuse(text);
        }
    }

    private static String unescaped(String part, String whole) {
        StringBuilder text = new StringBuilder();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < part.length(); ) {
            char c = part.charAt(i);
            boolean half = part.startsWith("%u", i);
            int end = i + (c != '%' ? 1 : half ? 6 : 3);
            if (end > part.length()) {
                throw refuse(whole);
            }
            if (c == '%' && !half) {
                bytes.write(hex(part.substring(i + 1, end), whole));
            } else {
                text.append(bytes.toString(StandardCharsets.UTF_8));
                bytes.reset();
                text.append(half ? (char) hex(part.substring(i + 2, end), whole) : c);
            }
            i = end;
        }
        return text.append(bytes.toString(StandardCharsets.UTF_8)).toString();
    }

    private static int hex(String digits, String whole) {
        try {
            return Integer.parseInt(digits, 16);
        } catch (NumberFormatException e) {
            throw refuse(whole);
        }
    }

    private static IllegalArgumentException refuse(String text) {
        return new IllegalArgumentException(
                "the key \"%s\" cannot be read, expected an address, or the text that explain gives, such as 203.0.113.7:42 or principal=ada"
                        .formatted(text));
    }
}
