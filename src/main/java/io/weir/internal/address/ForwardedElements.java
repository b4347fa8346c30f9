package io.weir.internal.address;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The elements of {@code Forwarded}: RFC 7239 section 4.
 *
 * <p>A line is read whole when its last element is asked for, from the left: only so is it known
 * which commas are quoted, and that there is no error, which would make the line one invalid
 * element. Of a line at most the last {@value ClientAddresses#MAX_ELEMENTS} elements are kept, and
 * looked into one by one; no more may be asked for. Every line stands on its own, so a quote left
 * open in one does not swallow the next.
 */
final class ForwardedElements extends Elements {

    /** An element with more parameters is invalid; RFC 7239 has four. */
    private static final int MAX_PARAMETERS = 32;

    /** {@code tchar} of RFC 9110 section 5.6.2. */
    private static final boolean[] TOKEN = tokenCharacters();

    private int elementsLeft;

    /** Where the last elements of the line start: element n at n modulo the length. */
    private final int[] starts = new int[ClientAddresses.MAX_ELEMENTS];

    /** Where the next character is read. */
    private int at;

    private int valueFrom;
    private int valueTo;
    private boolean escaped;

    ForwardedElements(List<? extends CharSequence> lines) {
        super(lines);
    }

    @Override
    boolean next() {
        if (elementsLeft == 0) {
            if (!nextLine()) {
                return false;
            }
            if (!split()) {
                address = null;
                return true;
            }
        }
        elementsLeft--;
        at = starts[elementsLeft % starts.length];
        address = look();
        return true;
    }

    /** Finds the elements of the line; none, and false, if there is an error anywhere. */
    private boolean split() {
        at = 0;
        int count = 0;
        do {
            starts[count++ % starts.length] = at;
            do {
                skipBlanks();
                if (!isEndOfPair() && !pair()) {
                    return false;
                }
                skipBlanks();
            } while (eat(';'));
        } while (eat(','));
        if (at < line.length()) {
            return false;
        }
        elementsLeft = count;
        return true;
    }

    /** Looks into the element at {@link #at}, which is known to be well formed. */
    private @Nullable IpAddress look() {
        Set<String> names = new HashSet<>();
        IpAddress found = null;
        do {
            skipBlanks();
            if (!isEndOfPair()) {
                int nameFrom = at;
                pair();
                // The name ends at the first '=', which is no token character.
                String name = name(nameFrom);
                if (!names.add(name) || names.size() > MAX_PARAMETERS) {
                    return null;
                }
                if (name.equals("for")) {
                    found = node();
                }
            }
            skipBlanks();
        } while (eat(';'));
        return found;
    }

    private String name(int from) {
        StringBuilder name = new StringBuilder();
        for (int i = from; line.charAt(i) != '='; i++) {
            name.append(line.charAt(i));
        }
        return name.toString().toLowerCase(Locale.ROOT);
    }

    private @Nullable IpAddress node() {
        if (!escaped) {
            return AddressText.forwarded(line, valueFrom, valueTo);
        }
        StringBuilder value = new StringBuilder();
        for (int i = valueFrom; i < valueTo && value.length() <= AddressText.MAX_LENGTH; i++) {
            if (line.charAt(i) == '\\') {
                i++;
            }
            value.append(line.charAt(i));
        }
        return AddressText.forwarded(value, 0, value.length());
    }

    /** Reads {@code token "=" ( token / quoted-string )}; false if something else is there. */
    private boolean pair() {
        if (!token() || !eat('=')) {
            return false;
        }
        escaped = false;
        if (eat('"')) {
            return restOfQuotedString();
        }
        valueFrom = at;
        boolean read = token();
        valueTo = at;
        return read;
    }

    private boolean token() {
        int from = at;
        while (at < line.length() && isTokenCharacter(line.charAt(at))) {
            at++;
        }
        return at > from;
    }

    private boolean restOfQuotedString() {
        valueFrom = at;
        for (; at < line.length(); at++) {
            char c = line.charAt(at);
            if (c == '"') {
                valueTo = at++;
                return true;
            }
            if (c == '\\') {
                escaped = true;
                at++;
                if (at == line.length()) {
                    return false;
                }
                c = line.charAt(at);
            }
            boolean control = (c < ' ' && c != '\t') || c == 0x7f;
            if (control) {
                return false;
            }
        }
        return false;
    }

    private boolean isEndOfPair() {
        return at == line.length() || line.charAt(at) == ';' || line.charAt(at) == ',';
    }

    private void skipBlanks() {
        while (at < line.length() && Elements.isBlank(line.charAt(at))) {
            at++;
        }
    }

    private boolean eat(char wanted) {
        if (at < line.length() && line.charAt(at) == wanted) {
            at++;
            return true;
        }
        return false;
    }

    private static boolean isTokenCharacter(char c) {
        return c < TOKEN.length && TOKEN[c];
    }

    private static boolean[] tokenCharacters() {
        boolean[] token = new boolean[128];
        for (char c = 0; c < token.length; c++) {
            token[c] =
                    (c >= 'a' && c <= 'z')
                            || (c >= 'A' && c <= 'Z')
                            || (c >= '0' && c <= '9')
                            || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
        }
        return token;
    }
}
