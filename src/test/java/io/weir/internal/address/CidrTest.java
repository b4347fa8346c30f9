package io.weir.internal.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "10.0.0.0/8, 10.0.0.0/8",
        "10.1.2.3/8, 10.0.0.0/8",
        "203.0.113.7, 203.0.113.7",
        "203.0.113.7/32, 203.0.113.7",
        "203.0.113.7/31, 203.0.113.6/31",
        "1.2.3.4/0, 0.0.0.0/0",
        "2001:DB8::1/32, 2001:db8::/32",
        "2001:db8::ff/121, 2001:db8::80/121",
        "2001:db8:1:2:3::/65, 2001:db8:1:2::/65",
        "2001:db8::1/128, 2001:db8::1",
        "::/0, ::/0",
        "::ffff:10.1.2.3, 10.1.2.3",
        "::ffff:10.1.2.3/104, 10.0.0.0/8",
        "::ffff:10.1.2.3/128, 10.1.2.3",
        "::ffff:0:0/96, 0.0.0.0/0",
    })
    void readAndWritten(String text, String canonical) {
        assertThat(Cidr.parse(text)).hasToString(canonical);
        assertThat(Cidr.parse(canonical))
                .isEqualTo(Cidr.parse(text))
                .hasSameHashCodeAs(Cidr.parse(text));
    }

    @ParameterizedTest(name = "[{0}] is neither an address nor a range")
    @ValueSource(
            strings = {
                "",
                " ",
                "/",
                "/8",
                "example.com",
                "example.com/8",
                "localhost",
                "10.0.0.0 /8",
                " 10.0.0.0/8",
                "10/8",
                "10.0.0/8",
                "127.1",
                "[::1]/64",
                "fe80::1%eth0",
                "fe80::1%eth0/64",
                "10.0.0.1:80",
                "none",
                "*",
                "10.0.0.*",
                "10.0.0.1-10.0.0.9",
                "\u0661.2.3.4",
            })
    void notAnAddress(String text) {
        assertThatThrownBy(() -> Cidr.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "an IP address or a CIDR, such as 203.0.113.7, 10.0.0.0/8 or"
                                + " 2001:db8::/32");
    }

    @ParameterizedTest(name = "[{0}]: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "10.0.0.0/ | an IPv4 range with a prefix length from 0 to 32",
                "10.0.0.0/33 | an IPv4 range with a prefix length from 0 to 32",
                "10.0.0.0/-1 | an IPv4 range with a prefix length from 0 to 32",
                "10.0.0.0/+8 | an IPv4 range with a prefix length from 0 to 32",
                "10.0.0.0/08 | an IPv4 range with a prefix length from 0 to 32",
                "10.0.0.0/8/8 | an IPv4 range with a prefix length from 0 to 32",
                "10.0.0.0/255.0.0.0 | an IPv4 range with a prefix length from 0 to 32",
                "10.0.0.0/4294967304 | an IPv4 range with a prefix length from 0 to 32",
                "10.0.0.0/\u0668 | an IPv4 range with a prefix length from 0 to 32",
                "2001:db8::/129 | an IPv6 range with a prefix length from 0 to 128",
                "::ffff:10.0.0.0/95 | an IPv4-mapped IPv6 range with a prefix length from 96 to 128",
                "::ffff:10.0.0.0/8 | an IPv4-mapped IPv6 range with a prefix length from 96 to 128",
            })
    void notAPrefixLength(String text, String message) {
        assertThatThrownBy(() -> Cidr.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message + ", without leading zeros");
    }

    @ParameterizedTest(name = "{0} holds {1}: {2}")
    @CsvSource({
        "10.0.0.0/8, 10.255.255.255, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "10.0.0.0/8, 9.255.255.255, false",
        "10.0.0.0/8, ::ffff:10.0.0.1, true",
        "::ffff:10.0.0.0/104, 10.0.0.1, true",
        "0.0.0.0/0, 255.255.255.255, true",
        "0.0.0.0/0, ::1, false",
        "::/0, 1.2.3.4, false",
        "::/0, ffff::, true",
        "::/96, 1.2.3.4, false",
        "::/96, ::1.2.3.4, true",
        "203.0.113.7, 203.0.113.7, true",
        "203.0.113.7, 203.0.113.6, false",
        "2001:db8::/65, 2001:db8::7fff:0:0:0, true",
        "2001:db8::/65, 2001:db8::8000:0:0:0, false",
    })
    void holds(String range, String text, boolean holds) {
        IpAddress address = Objects.requireNonNull(IpAddress.parse(text, 0, text.length()));
        assertThat(Cidr.parse(range).contains(address)).isEqualTo(holds);
    }

    @Test
    void everythingIsAnEmptyPrefix() {
        assertThat(Cidr.parse("0.0.0.0/0").everything()).isTrue();
        assertThat(Cidr.parse("::/0").everything()).isTrue();
        assertThat(Cidr.parse("::ffff:1.2.3.4/96").everything()).isTrue();
        assertThat(Cidr.parse("0.0.0.0/1").everything()).isFalse();
        assertThat(Cidr.parse("0.0.0.0").everything()).isFalse();
    }

    @Test
    void theSameBitsOfTwoFamiliesAreTwoRanges() {
        assertThat(Cidr.parse("::/0")).isNotEqualTo(Cidr.parse("0.0.0.0/0"));
        assertThat(Cidr.parse("10.0.0.0/8")).isNotEqualTo(Cidr.parse("10.0.0.0/9"));
    }
}
