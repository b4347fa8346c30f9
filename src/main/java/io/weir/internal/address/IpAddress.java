package io.weir.internal.address;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An IP address as a value: its bits, and the one text that stands for it.
 *
 * <p>Text is read by hand, in linear time and in ASCII only; nothing here can look a name up. An
 * IPv4-mapped IPv6 address ({@code ::ffff:192.0.2.1}) is the IPv4 address. IPv4-compatible, NAT64,
 * 6to4 and Teredo addresses stay IPv6.
 *
 * @param v4 whether this is IPv4
 * @param high the upper 64 bits of an IPv6 address; 0 for IPv4
 * @param low the lower 64 bits of an IPv6 address; for IPv4 its 32 bits, not sign-extended
 */
record IpAddress(boolean v4, long high, long low) {

    /** Eight groups of four digits and seven colons, the last two groups as dotted decimal. */
    private static final int LONGEST = 45;

    private static final int GROUPS = 8;

    /**
     * Reads an IP literal: dotted decimal, or RFC 4291 section 2.2 without a zone.
     *
     * @return the address, or null if the text is anything else
     */
    static @Nullable IpAddress parse(CharSequence text, int from, int to) {
        IpAddress dotted = parseV4(text, from, to);
        return dotted != null ? dotted : parseV6(text, from, to);
    }

    /**
     * Reads four decimal octets without leading zeros.
     *
     * @return the address, or null if the text is anything else
     */
    static @Nullable IpAddress parseV4(CharSequence text, int from, int to) {
        if (to - from > 15) {
            return null;
        }
        long bits = 0;
        int dots = 0;
        int digits = 0;
        int octet = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c == '.') {
                if (digits == 0 || dots == 3) {
                    return null;
                }
                bits = bits << 8 | octet;
                dots++;
                digits = 0;
                octet = 0;
            } else if (c >= '0' && c <= '9') {
                boolean leadingZero = digits > 0 && octet == 0;
                octet = octet * 10 + (c - '0');
                digits++;
                if (leadingZero || octet > 255) {
                    return null;
                }
            } else {
                return null;
            }
        }
        return dots == 3 && digits > 0 ? new IpAddress(true, 0, bits << 8 | octet) : null;
    }

    /**
     * Reads RFC 4291 section 2.2 text, all three forms, without a zone.
     *
     * @return the address, or null if the text is anything else
     */
    static @Nullable IpAddress parseV6(CharSequence text, int from, int to) {
        if (to - from < 2 || to - from > LONGEST) {
            return null;
        }
        int gap = gap(text, from, to);
        int[] groups = new int[GROUPS];
        int head = groups(text, from, gap, gap == to, groups, 0);
        if (gap == to) {
            return head == GROUPS ? of(groups) : null;
        }
        int count = head < 0 ? -1 : groups(text, gap + 2, to, true, groups, head);
        if (count < 0 || count == GROUPS) { // "::" stands for at least one group
            return null;
        }
        System.arraycopy(groups, head, groups, GROUPS - count + head, count - head);
        Arrays.fill(groups, head, GROUPS - count + head, 0);
        return of(groups);
    }

    /** Where two colons stand together, or {@code to}. */
    private static int gap(CharSequence text, int from, int to) {
        for (int i = from; i < to - 1; i++) {
            if (text.charAt(i) == ':' && text.charAt(i + 1) == ':') {
                return i;
            }
        }
        return to;
    }

    /**
     * Reads groups of hexadecimal digits between colons; the last two may be dotted decimal.
     *
     * @param last whether the end of the address is among them
     * @return how many there are then, or -1 if the text is anything else
     */
    private static int groups(
            CharSequence text, int from, int to, boolean last, int[] groups, int before) {
        int count = before;
        for (int i = from; i < to; i++) { // over a colon
            int start = i;
            int group = 0;
            while (i < to && i - start <= 4 && isHex(text.charAt(i))) {
                group = group << 4 | hex(text.charAt(i++));
            }
            if (i < to && text.charAt(i) == '.') {
                IpAddress tail = last && count <= GROUPS - 2 ? parseV4(text, start, to) : null;
                if (tail == null) {
                    return -1;
                }
                groups[count++] = (int) (tail.low >>> 16);
                groups[count++] = (int) (tail.low & 0xffff);
                return count;
            }
            boolean more = i < to;
            if (i == start
                    || i - start > 4
                    || count == GROUPS
                    || (more && (text.charAt(i) != ':' || i + 1 == to))) {
                return -1;
            }
            groups[count++] = group;
        }
        return count;
    }

    private static IpAddress of(int[] groups) {
        long high = 0;
        long low = 0;
        for (int g = 0; g < GROUPS / 2; g++) {
            high = high << 16 | groups[g];
            low = low << 16 | groups[g + GROUPS / 2];
        }
        boolean mapped = high == 0 && low >>> 32 == 0xffff;
        return mapped
                ? new IpAddress(true, 0, low & 0xffff_ffffL)
                : new IpAddress(false, high, low);
    }

    /** How many bits an address of this family has. */
    int width() {
        return v4 ? 32 : 128;
    }

    /** Whether this is {@code 0.0.0.0} or {@code ::}. */
    boolean unspecified() {
        return high == 0 && low == 0;
    }

    /** The address with all bits but the first {@code prefix} cleared. */
    IpAddress network(int prefix) {
        if (v4) {
            return new IpAddress(true, 0, low & ones(prefix + 32));
        }
        return new IpAddress(
                false, high & ones(Math.min(prefix, 64)), low & ones(Math.max(prefix - 64, 0)));
    }

    /** Whether the first {@code prefix} bits of both are the same, and the family too. */
    boolean sharesPrefix(IpAddress other, int prefix) {
        if (v4 != other.v4) {
            return false;
        }
        if (v4) {
            return ((low ^ other.low) & ones(prefix + 32)) == 0;
        }
        return ((high ^ other.high) & ones(Math.min(prefix, 64))) == 0
                && ((low ^ other.low) & ones(Math.max(prefix - 64, 0))) == 0;
    }

    /** The canonical text: dotted decimal, or RFC 5952. */
    @Override
    public String toString() {
        StringBuilder out = new StringBuilder(39);
        if (v4) {
            for (int shift = 24; shift >= 0; shift -= 8) {
                out.append(low >>> shift & 0xff);
                if (shift > 0) {
                    out.append('.');
                }
            }
            return out.toString();
        }
        int gap = 0;
        int gapLength = 0;
        int run = 0;
        for (int g = 0; g < GROUPS; g++) {
            run = group(g) == 0 ? run + 1 : 0;
            // A longer run only: of equal ones the first is shortened (RFC 5952 section 4.2.3).
            if (run > gapLength) {
                gapLength = run;
                gap = g + 1 - run;
            }
        }
        // One group alone is not shortened (section 4.2.2).
        boolean shorten = gapLength > 1;
        for (int g = 0; g < GROUPS; g++) {
            if (shorten && g == gap) {
                out.append("::");
                g += gapLength - 1;
            } else {
                if (g > 0 && out.charAt(out.length() - 1) != ':') {
                    out.append(':');
                }
                out.append(Integer.toHexString(group(g)));
            }
        }
        return out.toString();
    }

    private int group(int index) {
        return (int) (((index < 4 ? high : low) >>> (48 - index % 4 * 16)) & 0xffff);
    }

    /** The first {@code count} bits of 64 set. */
    private static long ones(int count) {
        // A shift by 64 is a shift by 0.
        return count == 0 ? 0 : -1L << (64 - count);
    }

    private static boolean isHex(char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    }

    private static int hex(char c) {
        return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
    }
}
