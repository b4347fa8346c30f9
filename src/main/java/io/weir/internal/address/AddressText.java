package io.weir.internal.address;

import org.jspecify.annotations.Nullable;

/**
 * The texts in which an address is handed on: what a container reports as the peer, an element of
 * {@code X-Forwarded-For}, a {@code for} of {@code Forwarded}. Every method gives null for what is
 * not an address, and for the unspecified ones.
 */
final class AddressText {

    /** An element longer than this is invalid, whatever it says. */
    static final int MAX_LENGTH = 64;

    private AddressText() {}

    /** {@code getRemoteAddr()}: an IP literal with optional brackets, port and zone. */
    static @Nullable IpAddress peer(CharSequence text) {
        int length = text.length();
        int zone = indexOf(text, '%', 0, length);
        if (zone == length) {
            return node(text, 0, length, false);
        }
        boolean bracket = text.charAt(0) == '[';
        int end = bracket ? indexOf(text, ']', zone, length) : length;
        if (zone + 1 == end
                || (bracket && (end == length || !isEndOrPort(text, end + 1, length, false)))) {
            return null;
        }
        return specified(IpAddress.parseV6(text, bracket ? 1 : 0, zone));
    }

    /** An element of {@code X-Forwarded-For}, or the value of a field that holds one address. */
    static @Nullable IpAddress element(CharSequence text, int from, int to) {
        return to - from > MAX_LENGTH ? null : node(text, from, to, false);
    }

    /** A node of RFC 7239 section 6: IPv6 has brackets, and the port may be obfuscated. */
    static @Nullable IpAddress forwarded(CharSequence text, int from, int to) {
        return to - from > MAX_LENGTH ? null : node(text, from, to, true);
    }

    private static @Nullable IpAddress node(CharSequence text, int from, int to, boolean rfc7239) {
        if (from == to) {
            return null;
        }
        if (text.charAt(from) == '[') {
            int close = indexOf(text, ']', from, to);
            if (close == to || !isEndOrPort(text, close + 1, to, rfc7239)) {
                return null;
            }
            return specified(IpAddress.parseV6(text, from + 1, close));
        }
        int colon = indexOf(text, ':', from, to);
        IpAddress dotted = IpAddress.parseV4(text, from, colon);
        if (dotted != null) {
            return isEndOrPort(text, colon, to, rfc7239) ? specified(dotted) : null;
        }
        return rfc7239 ? null : specified(IpAddress.parseV6(text, from, to));
    }

    private static @Nullable IpAddress specified(@Nullable IpAddress address) {
        return address == null || address.unspecified() ? null : address;
    }

    /** Whether nothing is left, or a colon and a port. */
    private static boolean isEndOrPort(CharSequence text, int from, int to, boolean obfuscated) {
        if (from == to) {
            return true;
        }
        if (text.charAt(from) != ':' || from + 1 == to) {
            return false;
        }
        if (obfuscated && text.charAt(from + 1) == '_') {
            return isObfuscated(text, from + 2, to);
        }
        int port = 0;
        for (int i = from + 1; i < to; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9' || i - from > 5) {
                return false;
            }
            port = port * 10 + (c - '0');
        }
        return port <= 65535;
    }

    /** What follows the underscore of an {@code obfport}: RFC 7239 section 6.3. */
    private static boolean isObfuscated(CharSequence text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            boolean allowed =
                    (c >= 'a' && c <= 'z')
                            || (c >= 'A' && c <= 'Z')
                            || (c >= '0' && c <= '9')
                            || c == '.'
                            || c == '_'
                            || c == '-';
            if (!allowed) {
                return false;
            }
        }
        return from < to;
    }

    /** Where the character first stands, or {@code to}. */
    private static int indexOf(CharSequence text, char wanted, int from, int to) {
        int i = from;
        while (i < to && text.charAt(i) != wanted) {
            i++;
        }
        return i;
    }
}
