package io.weir.internal.address;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {

    /** The ABNF of RFC 3986 section 3.2.2, in which RFC 4291's text is a grammar. */
    private static final Pattern V4 = Pattern.compile(v4());

    private static final Pattern V6 = Pattern.compile(v6());

    @ParameterizedTest(name = "{0} is written {1}")
    @CsvSource({
        "192.0.2.1, 192.0.2.1",
        "255.255.255.255, 255.255.255.255",
        "0.0.0.0, 0.0.0.0",
        "::, ::",
        "::1, ::1",
        "1::, 1::",
        // RFC 5952 section 1 and 4
        "2001:DB8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:0db8::0001, 2001:db8::1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:db8::1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "2001:db8:0:0:0:0:2:1, 2001:db8::2:1",
        "0:0:0:1:0:0:0:0, 0:0:0:1::",
        "1:0:0:0:0:0:0:0, 1::",
        "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
        "::2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8",
        // Mapped, in every spelling
        "::ffff:192.0.2.1, 192.0.2.1",
        "::FFFF:c000:0201, 192.0.2.1",
        "0:0:0:0:0:ffff:192.0.2.1, 192.0.2.1",
        // IPv4-compatible, NAT64, 6to4, Teredo, and an almost mapped one
        "::192.0.2.1, ::c000:201",
        "64:ff9b::192.0.2.1, 64:ff9b::c000:201",
        "2002:c000:201::, 2002:c000:201::",
        "2001:0:c000:201::1, 2001:0:c000:201::1",
        "::fffe:192.0.2.1, ::fffe:c000:201",
        "::1:ffff:c000:201, ::1:ffff:c000:201",
        "1:2:3:4:5:6:192.0.2.1, 1:2:3:4:5:6:c000:201",
    })
    void canonicalText(String text, String canonical) {
        assertThat(parse(text)).hasToString(canonical);
    }

    @ParameterizedTest(name = "[{0}] is not an address")
    @ValueSource(
            strings = {
                "",
                " ",
                "1",
                "127.1",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.",
                ".1.2.3",
                "1..2.3",
                "1.2.3.4.",
                ".1.2.3.4",
                "256.1.1.1",
                "1.1.1.256",
                "01.2.3.4",
                "1.2.3.04",
                "00.0.0.0",
                "1.2.3.4444444444444",
                "0x7f.0.0.1",
                "2130706433",
                "1.2.3.4 ",
                " 1.2.3.4",
                "+1.2.3.4",
                "-1.2.3.4",
                "1.2.3.4/8",
                "1.2.3.4:80",
                "localhost",
                ":",
                ":::",
                "1:",
                ":1",
                "1::2::3",
                "::1::",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:",
                ":1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "1:2:3:4:5:6:7:8::",
                "::1:2:3:4:5:6:7:8",
                "1:2:3:4::5:6:7:8",
                "12345::",
                "::00001",
                "g::",
                "::1%eth0",
                "[::1]",
                "::1/64",
                "::1.2.3",
                "::1.2.3.256",
                "::01.2.3.4",
                "::1.2.3.4:1",
                "1.2.3.4::",
                "1:2:3:4:5:6:7:1.2.3.4",
                "1:2:3:4:5:6:7::1.2.3.4",
                "::ffff:1.2.3.4 ",
                "::\u0661",
                "\u0661.2.3.4",
                "1.2.3.\uff14",
                "\uff11::",
                "1.2.3.4\u0000",
                "1\u3002" + "2.3.4",
                "\uff41::",
            })
    void notAnAddress(String text) {
        assertThat(parse(text)).isNull();
    }

    @Example
    void aPartOfALongerTextIsReadAndNothingBesideIt() {
        assertThat(IpAddress.parse("9192.0.2.19", 1, 10)).hasToString("192.0.2.1");
        assertThat(IpAddress.parse("f::1f", 1, 4)).hasToString("::1");
    }

    @Property
    void theFourOctetsOfAnyAddressAreReadBack(@ForAll int bits) throws UnknownHostException {
        // From bytes: nothing is looked up.
        String text =
                InetAddress.getByAddress(ByteBuffer.allocate(4).putInt(bits).array())
                        .getHostAddress();
        IpAddress address = parse(text);
        assertThat(address)
                .isEqualTo(new IpAddress(true, 0, bits & 0xffff_ffffL))
                .hasToString(text);
    }

    @Property
    void theEightGroupsOfAnyAddressAreReadBack(
            @ForAll("halves") long high, @ForAll("halves") long low) throws UnknownHostException {
        byte[] bytes = ByteBuffer.allocate(16).putLong(high).putLong(low).array();
        // The platform writes all eight groups.
        String longText = InetAddress.getByAddress(bytes).getHostAddress();
        IpAddress address = parse(longText);
        if (longText.indexOf('.') >= 0) {
            assertThat(address).hasToString(longText);
        } else {
            assertThat(address).isEqualTo(new IpAddress(false, high, low));
            String canonical = String.valueOf(address);
            assertThat(parse(canonical)).isEqualTo(address);
            assertThat(canonical).hasSizeLessThanOrEqualTo(longText.length()).isLowerCase();
            assertThat(canonical).doesNotContainPattern("(^|:)0[0-9a-f]");
        }
    }

    @Property(tries = 5000)
    void exactlyTheGrammarIsRead(@ForAll("almostAddresses") String text) {
        boolean expected = V4.matcher(text).matches() || V6.matcher(text).matches();
        assertThat(parse(text) != null).as(text).isEqualTo(expected);
    }

    @Property
    void aNetworkHoldsWhatSharesItsBits(
            @ForAll("halves") long high, @ForAll("halves") long low, @ForAll("bits") int prefix) {
        IpAddress address = new IpAddress(false, high, low);
        String network = bits(address.network(prefix));
        assertThat(network)
                .isEqualTo(bits(address).substring(0, prefix) + "0".repeat(128 - prefix));
        for (int bit = 0; bit < 128; bit++) {
            long flipped = 1L << 63 - bit % 64;
            IpAddress other =
                    bit < 64
                            ? new IpAddress(false, high ^ flipped, low)
                            : new IpAddress(false, high, low ^ flipped);
            assertThat(address.sharesPrefix(other, prefix)).isEqualTo(bit >= prefix);
        }
    }

    @Provide
    Arbitrary<Integer> bits() {
        return Arbitraries.integers().between(0, 128);
    }

    @Provide
    Arbitrary<Long> halves() {
        Arbitrary<Integer> group =
                Arbitraries.oneOf(
                        Arbitraries.just(0),
                        Arbitraries.of(1, 0xffff),
                        Arbitraries.integers().between(0, 0xffff));
        return group.list()
                .ofSize(4)
                .map(groups -> groups.stream().mapToLong(g -> g).reduce(0, (a, g) -> a << 16 | g));
    }

    @Provide
    Arbitrary<String> almostAddresses() {
        Arbitrary<String> piece =
                Arbitraries.of(
                        "0",
                        "1",
                        "25",
                        "255",
                        "256",
                        "00",
                        "ffff",
                        "A",
                        "db8",
                        "12345",
                        ".",
                        ":",
                        ":",
                        ":",
                        "::",
                        "1.2.3.4",
                        "1:2:3:",
                        "0:0:0:0:0:",
                        "%",
                        "[",
                        "]",
                        " ",
                        "g");
        Arbitrary<String> pieces = piece.list().ofMaxSize(16).map(p -> String.join("", p));
        Arbitrary<String> groups =
                Arbitraries.of("0", "1", "db8", "ffff", "")
                        .list()
                        .ofMaxSize(9)
                        .map(g -> String.join(":", g));
        Arbitrary<String> octets =
                Arbitraries.integers()
                        .between(0, 300)
                        .list()
                        .ofMaxSize(5)
                        .map(o -> String.join(".", o.stream().map(String::valueOf).toList()));
        return Arbitraries.oneOf(
                pieces,
                groups,
                octets,
                Combinators.combine(groups, octets).as((g, o) -> g + ":" + o),
                Arbitraries.strings().ofMaxLength(50));
    }

    private static @Nullable IpAddress parse(String text) {
        return IpAddress.parse(text, 0, text.length());
    }

    private static String bits(IpAddress address) {
        return bits(address.high()) + bits(address.low());
    }

    private static String bits(long half) {
        String binary = Long.toBinaryString(half);
        return "0".repeat(64 - binary.length()) + binary;
    }

    private static String v4() {
        String octet = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
        return octet + "(\\." + octet + "){3}";
    }

    private static String v6() {
        String h16 = "[0-9A-Fa-f]{1,4}";
        String ls32 = "(" + h16 + ":" + h16 + "|" + v4() + ")";
        StringBuilder all = new StringBuilder("(" + h16 + ":){6}" + ls32);
        for (int left = 0; left <= 5; left++) {
            String before = left == 0 ? "" : "((" + h16 + ":){0," + (left - 1) + "}" + h16 + ")?";
            all.append("|")
                    .append(before)
                    .append("::(")
                    .append(h16)
                    .append(":){")
                    .append(5 - left)
                    .append("}")
                    .append(ls32);
        }
        all.append("|((").append(h16).append(":){0,5}").append(h16).append(")?::").append(h16);
        all.append("|((").append(h16).append(":){0,6}").append(h16).append(")?::");
        return all.toString();
    }
}
