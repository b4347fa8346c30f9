package io.weir.internal.address;

import org.jspecify.annotations.Nullable;

/**
 * A range of IP addresses: a network and the length of its prefix. Host bits are masked; an
 * IPv4-mapped IPv6 range is an IPv4 range. Immutable; two ranges are equal if they hold the same
 * addresses.
 */
public final class Cidr {

    private static final String EXPECTED =
            "an IP address or a CIDR, such as 203.0.113.7, 10.0.0.0/8 or 2001:db8::/32";

    private final IpAddress network;
    private final int prefix;

    private Cidr(IpAddress network, int prefix) {
        this.network = network;
        this.prefix = prefix;
    }

    /**
     * Parses a CIDR or a single address. Never looks a name up.
     *
     * @param text {@code 10.0.0.0/8}, {@code 2001:db8::/32}, {@code 203.0.113.7}; no blanks, zone,
     *     port or brackets
     * @return the range
     * @throws IllegalArgumentException if it is neither; the message says what was expected and
     *     does not repeat the text
     */
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        int end = slash < 0 ? text.length() : slash;
        IpAddress address = IpAddress.parse(text, 0, end);
        if (address == null) {
            throw new IllegalArgumentException(EXPECTED);
        }
        if (slash < 0) {
            return new Cidr(address, address.width());
        }
        boolean mapped = address.v4() && text.indexOf(':') >= 0;
        int least = mapped ? 96 : 0;
        int most = mapped ? 128 : address.width();
        int prefix = prefixLength(text, slash + 1);
        if (prefix < least || prefix > most) {
            String family = mapped ? "an IPv4-mapped IPv6" : address.v4() ? "an IPv4" : "an IPv6";
            throw new IllegalArgumentException(
                    "%s range with a prefix length from %s to %s, without leading zeros"
                            .formatted(family, least, most));
        }
        return new Cidr(address.network(prefix - least), prefix - least);
    }

    /** Reads one to three digits; anything else is longer than every prefix. */
    private static int prefixLength(String text, int from) {
        int digits = text.length() - from;
        if (digits < 1 || digits > 3 || (digits > 1 && text.charAt(from) == '0')) {
            return Integer.MAX_VALUE;
        }
        int value = 0;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return Integer.MAX_VALUE;
            }
            value = value * 10 + (c - '0');
        }
        return value;
    }

    /**
     * Whether this is every address of its family, {@code 0.0.0.0/0} or {@code ::/0}.
     *
     * @return whether the prefix is empty
     */
    public boolean everything() {
        return prefix == 0;
    }

    /**
     * Whether an address is in this range.
     *
     * @param address an address as {@link Client#address()} has it, or any text
     * @return false for what is no address
     */
    public boolean contains(String address) {
        IpAddress parsed = IpAddress.parse(address, 0, address.length());
        return parsed != null && contains(parsed);
    }

    boolean contains(IpAddress address) {
        return network.sharesPrefix(address, prefix);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Cidr cidr && cidr.prefix == prefix && cidr.network.equals(network);
    }

    @Override
    public int hashCode() {
        return 31 * network.hashCode() + prefix;
    }

    /**
     * The canonical text: {@code 10.0.0.0/8}; a single address without a prefix length.
     *
     * @return text that {@link #parse} reads as an equal range
     */
    @Override
    public String toString() {
        return prefix == network.width() ? network.toString() : network + "/" + prefix;
    }
}
