package io.weir.internal.address;

import static io.weir.internal.address.Requests.forwarded;
import static io.weir.internal.address.Requests.hops;
import static io.weir.internal.address.Requests.none;
import static io.weir.internal.address.Requests.reading;
import static io.weir.internal.address.Requests.resolve;
import static io.weir.internal.address.Requests.trusting;
import static io.weir.internal.address.Requests.xff;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.weir.internal.address.Requests.Fields;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The rules for the client's address, a sentence for each row. */
class ClientAddressesTest {

    private static final String PROXY = "10.0.0.1";
    private static final String CLIENT = "203.0.113.9";

    @TestFactory
    Stream<DynamicTest> peer() {
        String unknown = "unknown";
        return Stream.of(
                peerIs("an IPv4 address is taken as it is", CLIENT, CLIENT),
                peerIs("a port is dropped", "203.0.113.9:4711", CLIENT),
                peerIs("IPv6 is shortened", "2001:DB8:0:0:0:0:0:1", "2001:db8::1"),
                peerIs("brackets are dropped", "[2001:db8::1]", "2001:db8::1"),
                peerIs("brackets and port are dropped", "[2001:db8::1]:443", "2001:db8::1"),
                peerIs("a zone is dropped", "fe80::1%eth0", "fe80::1"),
                peerIs("a zone inside brackets is dropped", "[fe80::1%eth0]", "fe80::1"),
                peerIs("zone, brackets and port are dropped", "[fe80::1%3]:80", "fe80::1"),
                peerIs("a mapped address is IPv4", "::ffff:203.0.113.9", CLIENT),
                peerIs("a mapped address in hex is IPv4", "::ffff:cb00:7109", CLIENT),
                peerIs("a mapped address with a port is IPv4", "[::ffff:203.0.113.9]:1", CLIENT),
                peerIs("no peer is unknown", null, unknown),
                peerIs("an empty peer is not this machine", "", unknown),
                peerIs("a blank is nothing", " ", unknown),
                peerIs("a short IPv4 address is not this machine", "127.1", unknown),
                peerIs("a number is no address", "2130706433", unknown),
                peerIs("a name is not looked up", "localhost", unknown),
                peerIs("a name that looks like an address is none", "1.2.3.4.example.com", unknown),
                peerIs("0.0.0.0 is nobody", "0.0.0.0", unknown),
                peerIs("0.0.0.0 with a port is nobody", "0.0.0.0:80", unknown),
                peerIs(":: is nobody", "::", unknown),
                peerIs("mapped 0.0.0.0 is nobody", "::ffff:0.0.0.0", unknown),
                peerIs("a leading zero may be octal", "010.0.0.1", unknown),
                peerIs("IPv4 in brackets is malformed", "[10.0.0.1]", unknown),
                peerIs("IPv4 has no zone", "10.0.0.1%eth0", unknown),
                peerIs("an empty zone is malformed", "fe80::1%", unknown),
                peerIs("an empty zone in brackets is malformed", "[fe80::1%]", unknown),
                peerIs("a zone alone is malformed", "%eth0", unknown),
                peerIs("a bracket left open is malformed", "[::1", unknown),
                peerIs("a bracket with a zone left open is malformed", "[fe80::1%eth0", unknown),
                peerIs("text after the bracket is malformed", "[::1]x", unknown),
                peerIs("text after a zone's bracket is malformed", "[fe80::1%e]80", unknown),
                peerIs("brackets alone are malformed", "[]", unknown),
                peerIs("a port needs digits", "203.0.113.9:", unknown),
                peerIs("a port ends at 65535", "203.0.113.9:65536", unknown),
                peerIs("a Unix socket has no address", "unix:/run/web.sock", unknown));
    }

    private static DynamicTest peerIs(String sentence, @Nullable String peer, String expected) {
        return dynamicTest(
                "R1: " + sentence,
                () -> {
                    Client client = resolve(trusting(), peer, none());
                    assertThat(client.peer()).isEqualTo(expected);
                    assertThat(client.address()).isEqualTo(expected);
                });
    }

    @Test
    void headersOfAnUnknownPeerAreNotRead() {
        Fields fields = xff(CLIENT);
        Client client = resolve(trusting("0.0.0.0/0", "::/0"), "0.0.0.0", fields);
        assertThat(client.address()).isEqualTo("unknown");
        assertThat(client.key()).isEqualTo("unknown");
        assertThat(fields.asked).isEmpty();
        assertThat(resolve(hops(1), "", fields).address()).isEqualTo("unknown");
        assertThat(fields.asked).isEmpty();
    }

    @TestFactory
    Stream<DynamicTest> trust() {
        return Stream.of(
                row("R2: by default nobody is trusted", trusting(), PROXY, xff(CLIENT), PROXY),
                row("R2: loopback is not trusted by itself", trusting(), "::1", xff(CLIENT), "::1"),
                row(
                        "R2: an address beside the range is not trusted",
                        trusting("10.0.0.2/31"),
                        PROXY,
                        xff(CLIENT),
                        PROXY),
                row(
                        "R2: an address in the range is trusted",
                        trusting("10.0.0.0/31"),
                        PROXY,
                        xff(CLIENT),
                        CLIENT),
                row(
                        "R2: the second range counts too",
                        trusting("192.0.2.1", "10.0.0.0/8"),
                        PROXY,
                        xff(CLIENT),
                        CLIENT),
                row(
                        "R2: a mapped peer is in the IPv4 range",
                        trusting("10.0.0.0/8"),
                        "::ffff:10.0.0.1",
                        xff(CLIENT),
                        CLIENT),
                row(
                        "R2: an IPv4 peer is in the mapped range",
                        trusting("::ffff:10.0.0.0/104"),
                        PROXY,
                        xff(CLIENT),
                        CLIENT),
                row(
                        "R2: all of IPv6 does not hold an IPv4 peer",
                        trusting("::/0"),
                        PROXY,
                        xff(CLIENT),
                        PROXY),
                row(
                        "R2: all of IPv4 does not hold an IPv6 peer",
                        trusting("0.0.0.0/0"),
                        "2001:db8::1",
                        xff(CLIENT),
                        "2001:db8::1"),
                row(
                        "R2: the zone of a link-local proxy does not matter",
                        trusting("fe80::/10"),
                        "fe80::1%eth0",
                        xff(CLIENT),
                        CLIENT));
    }

    @TestFactory
    Stream<DynamicTest> collect() {
        ClientSettings lowerCase = reading("x-forwarded-for", "10.0.0.0/8");
        return Stream.of(
                row("R3: no field, no client but the peer", trust10(), PROXY, none(), PROXY),
                row(
                        "R3: no other field is taken instead",
                        trust10(),
                        PROXY,
                        forwarded("for=" + CLIENT).and("X-Real-IP", CLIENT),
                        PROXY),
                row(
                        "R3: the field's case is the sender's",
                        trust10(),
                        PROXY,
                        none().and("x-FORWARDED-for", CLIENT),
                        CLIENT),
                row(
                        "R3: the setting's case is free",
                        lowerCase,
                        PROXY,
                        xff("1.1.1.1, " + CLIENT),
                        CLIENT),
                row(
                        "R3: Forwarded may be set in capitals",
                        reading("FORWARDED", "10.0.0.0/8"),
                        PROXY,
                        forwarded("for=1.1.1.1, for=" + CLIENT),
                        CLIENT),
                row(
                        "R3: the last line is the nearest",
                        trust10(),
                        PROXY,
                        xff("1.1.1.1", CLIENT),
                        CLIENT),
                row(
                        "R3: a walk goes on in the line before",
                        trust10(),
                        PROXY,
                        xff("1.1.1.1, " + CLIENT, "10.0.0.3, 10.0.0.2"),
                        CLIENT),
                row(
                        "R3: a line of its own is an element: empty, so invalid",
                        trust10(),
                        PROXY,
                        xff(CLIENT, ""),
                        PROXY),
                row(
                        "R3: 300 lines are walked from the last",
                        trust10(),
                        PROXY,
                        xff(Collections.nCopies(300, CLIENT).toArray(new String[0])),
                        CLIENT));
    }

    @TestFactory
    Stream<DynamicTest> elementsOfXForwardedFor() {
        return Stream.of(
                xffIs("one element is the client", CLIENT, CLIENT),
                xffIs("the rightmost is the client", "1.1.1.1," + CLIENT, CLIENT),
                xffIs(
                        "blanks and tabs around an element are trimmed",
                        "1.1.1.1,\t " + CLIENT + " \t",
                        CLIENT),
                xffIs("a blank inside an element is not", "1.1.1.1 " + CLIENT, PROXY),
                xffIs("a tab inside an element is not", "1.1.1.1,203.0.113\t.9", PROXY),
                xffIs("a no-break space is not trimmed", "\u00a0" + CLIENT, PROXY),
                xffIs("a line break is not trimmed", "1.1.1.1,\n" + CLIENT, PROXY),
                xffIs("a vertical tab is not trimmed", CLIENT + "\u000b", PROXY),
                xffIs("a NUL is not trimmed", CLIENT + "\u0000", PROXY),
                xffIs("an empty value is an invalid element", "", PROXY),
                xffIs("a blank value is an invalid element", " \t ", PROXY),
                xffIs("a comma at the end leaves an empty element", CLIENT + ",", PROXY),
                xffIs("a comma at the start comes after the answer", "," + CLIENT, CLIENT),
                xffIs("an empty element is not skipped", CLIENT + ", ,10.0.0.2", "10.0.0.2"),
                xffIs(
                        "5,000 commas are one empty element and 5,000 unread",
                        ",".repeat(5000),
                        PROXY),
                xffIs(
                        "5,000 commas before it do not hide the client",
                        ",".repeat(5000) + CLIENT,
                        CLIENT),
                xffIs(
                        "70 KB before it do not hide the client",
                        "x".repeat(70_000) + "," + CLIENT,
                        CLIENT),
                xffIs(
                        "70 KB of blanks before it do not hide the client",
                        "1.1.1.1" + " ".repeat(70_000) + "," + " ".repeat(70_000) + CLIENT,
                        CLIENT),
                xffIs("70 KB in one element are invalid", "1".repeat(70_000), PROXY),
                xffIs("a semicolon separates nothing", "1.1.1.1;" + CLIENT, PROXY),
                xffIs("quotes protect no comma", "\"1.1.1.1, " + CLIENT, CLIENT));
    }

    @TestFactory
    Stream<DynamicTest> nodesOfXForwardedFor() {
        return Stream.of(
                xffIs(
                        "IPv4 with a port, as a cloud load balancer writes it",
                        CLIENT + ":61234",
                        CLIENT),
                xffIs("the port 0 is a port", CLIENT + ":0", CLIENT),
                xffIs("a port of five digits", CLIENT + ":00080", CLIENT),
                xffIs("a port of six digits is none", CLIENT + ":000080", PROXY),
                xffIs("a port ends at 65535", CLIENT + ":65535", CLIENT),
                xffIs("65536 is no port", CLIENT + ":65536", PROXY),
                xffIs("a colon needs a port", CLIENT + ":", PROXY),
                xffIs("two ports are none", CLIENT + ":1:2", PROXY),
                xffIs("an obfuscated port is RFC 7239's only", CLIENT + ":_x", PROXY),
                xffIs("a port has ASCII digits", CLIENT + ":\u0661", PROXY),
                xffIs("IPv6 without brackets", "2001:db8::9", "2001:db8::9"),
                xffIs("IPv6 in brackets", "[2001:db8::9]", "2001:db8::9"),
                xffIs("IPv6 in brackets with a port", "[2001:db8::9]:443", "2001:db8::9"),
                xffIs(
                        "what looks like a port after bare IPv6 is its last group",
                        "2001:db8::9:443",
                        "2001:db8::9:443"),
                xffIs("a bracket left open", "[2001:db8::9", PROXY),
                xffIs("a bracket without its partner", "2001:db8::9]", PROXY),
                xffIs("two brackets", "[[2001:db8::9]]", PROXY),
                xffIs("text after the bracket", "[2001:db8::9]443", PROXY),
                xffIs("a colon alone after the bracket", "[2001:db8::9]:", PROXY),
                xffIs("IPv4 in brackets", "[203.0.113.9]", PROXY),
                xffIs("mapped IPv6 in brackets is IPv4", "[::ffff:203.0.113.9]:443", CLIENT),
                xffIs("a zone", "fe80::9%eth0", PROXY),
                xffIs("a zone in brackets", "[fe80::9%25eth0]", PROXY),
                xffIs("a range", "203.0.113.0/24", PROXY),
                xffIs("a name", "example.com", PROXY),
                xffIs("the name of this machine", "localhost", PROXY),
                xffIs("unknown", "unknown", PROXY),
                xffIs("an obfuscated node", "_hidden", PROXY),
                xffIs("quotes", "\"203.0.113.9\"", PROXY),
                xffIs("a pair of Forwarded", "for=203.0.113.9", PROXY),
                xffIs("a short IPv4 address", "127.1", PROXY),
                xffIs("hex octets", "0xcb.0.113.9", PROXY),
                xffIs("a leading zero", "203.0.113.09", PROXY),
                xffIs("two zeros", "203.00.113.9", PROXY),
                xffIs("an octet of 256", "203.0.113.256", PROXY),
                xffIs("an octet past the range of an int", "203.0.113.4294967305", PROXY),
                xffIs("another script's digits", "203.0.113.\u0669", PROXY),
                xffIs("full-width digits", "\uff12\uff10\uff13.0.113.9", PROXY),
                xffIs("a full-width colon", "2001\uff1adb8::9", PROXY),
                xffIs("0.0.0.0", "0.0.0.0", PROXY),
                xffIs("::", "::", PROXY),
                xffIs("0.0.0.0 with a port", "0.0.0.0:80", PROXY),
                xffIs("mapped 0.0.0.0", "::ffff:0.0.0.0", PROXY),
                xffIs("64 characters that are no address", "1".repeat(64), PROXY),
                xffIs("65 characters", "1".repeat(65), PROXY),
                xffIs("half of a surrogate pair", "\ud83d", PROXY));
    }

    @TestFactory
    Stream<DynamicTest> walk() {
        return Stream.of(
                xffIs("trusted hops are passed", CLIENT + ", 10.0.0.3, 10.0.0.2", CLIENT),
                xffIs(
                        "what stands left of the client is not believed",
                        "10.0.0.9, 1.1.1.1, " + CLIENT + ", 10.0.0.2",
                        CLIENT),
                xffIs(
                        "a trusted address left of the client is not believed",
                        "10.0.0.9, " + CLIENT,
                        CLIENT),
                xffIs(
                        "an invalid element ends the walk at the hop that sent it",
                        CLIENT + ", unknown, 10.0.0.2",
                        "10.0.0.2"),
                xffIs(
                        "an invalid element that is the last is the peer's",
                        CLIENT + ", unknown",
                        PROXY),
                xffIs(
                        "an invalid element left of the client does no harm",
                        "unknown, " + CLIENT,
                        CLIENT),
                xffIs("when all are trusted it is the leftmost", "10.0.0.4, 10.0.0.3", "10.0.0.4"),
                xffIs("a mapped hop is trusted as IPv4", CLIENT + ", ::ffff:10.0.0.2", CLIENT),
                xffIs("a hop with a port is trusted", CLIENT + ", 10.0.0.2:443", CLIENT));
    }

    @TestFactory
    Stream<DynamicTest> bounds() {
        String hops31 = ", 10.0.0.2".repeat(31);
        return Stream.of(
                xffIs("the 32nd element is looked at", CLIENT + hops31, CLIENT),
                xffIs("the 33rd is not", CLIENT + ", 10.0.0.3" + hops31, "10.0.0.3"),
                row(
                        "R7: the 33rd is not, when each is a line",
                        trust10(),
                        PROXY,
                        xff((CLIENT + ", 10.0.0.3" + hops31).split(", ")),
                        "10.0.0.3"),
                row(
                        "R7: the 32nd element of Forwarded is looked at",
                        readingForwarded(),
                        PROXY,
                        forwarded("for=" + CLIENT + ",for=10.0.0.2".repeat(31)),
                        CLIENT),
                row(
                        "R7: the 33rd of Forwarded is not",
                        readingForwarded(),
                        PROXY,
                        forwarded("for=" + CLIENT + ",for=10.0.0.3" + ",for=10.0.0.2".repeat(31)),
                        "10.0.0.3"),
                row(
                        "R7: nor when they are in several lines",
                        readingForwarded(),
                        PROXY,
                        forwarded(
                                "for=" + CLIENT + ",for=10.0.0.3" + ",for=10.0.0.2".repeat(20),
                                "for=10.0.0.2" + ",for=10.0.0.2".repeat(10)),
                        "10.0.0.3"),
                row(
                        "R7: not even more hops reach past the 32nd",
                        hops(40),
                        PROXY,
                        xff(CLIENT + ", 10.0.0.3" + hops31),
                        "10.0.0.3"));
    }

    @TestFactory
    Stream<DynamicTest> forwardedField() {
        String v6 = "2001:db8::9";
        return Stream.of(
                forwardedIs("a token", "for=203.0.113.9", CLIENT),
                forwardedIs("a quoted string", "for=\"203.0.113.9\"", CLIENT),
                forwardedIs("a name in any case", "FoR=203.0.113.9", CLIENT),
                forwardedIs("IPv6 has quotes and brackets", "for=\"[2001:db8::9]\"", v6),
                forwardedIs("IPv6 with a port", "for=\"[2001:db8::9]:4711\"", v6),
                forwardedIs("IPv6 with an obfuscated port", "for=\"[2001:db8::9]:_a.b-C_1\"", v6),
                forwardedIs("IPv4 with a port has quotes", "for=\"203.0.113.9:4711\"", CLIENT),
                forwardedIs("IPv4 with an obfuscated port", "for=\"203.0.113.9:_p\"", CLIENT),
                forwardedIs("an obfuscated port needs a name", "for=\"203.0.113.9:_\"", PROXY),
                forwardedIs("an obfuscated port is ASCII", "for=\"203.0.113.9:_\u00e9\"", PROXY),
                forwardedIs("a port ends at 65535", "for=\"203.0.113.9:65536\"", PROXY),
                forwardedIs(
                        "other parameters do not matter",
                        "by=10.0.0.1;for=203.0.113.9;host=a;proto=http;x=y",
                        CLIENT),
                forwardedIs(
                        "the rightmost element is the client",
                        "for=1.1.1.1, for=203.0.113.9",
                        CLIENT),
                forwardedIs(
                        "trusted hops are passed",
                        "for=203.0.113.9,for=10.0.0.3 ,\tfor=\"10.0.0.2:1\"",
                        CLIENT),
                forwardedIs(
                        "blanks around semicolons are allowed",
                        "proto=http ; for=203.0.113.9\t;by=x",
                        CLIENT),
                forwardedIs("blanks at both ends are allowed", " for=203.0.113.9 ", CLIENT),
                forwardedIs("empty pairs are allowed", ";;for=203.0.113.9; ;", CLIENT),
                forwardedIs(
                        "a comma in quotes separates nothing",
                        "for=203.0.113.9;host=\"a,for=6.6.6.6\"",
                        CLIENT),
                forwardedIs(
                        "a semicolon in quotes separates nothing",
                        "for=203.0.113.9;host=\"a;for=6.6.6.6\"",
                        CLIENT),
                forwardedIs(
                        "an escaped quote does not end the string",
                        "for=203.0.113.9;host=\"a\\\",for=6.6.6.6\"",
                        CLIENT),
                forwardedIs(
                        "an escaped backslash does not escape the quote",
                        "for=6.6.6.6;host=\"a\\\\\",for=203.0.113.9",
                        CLIENT),
                forwardedIs(
                        "an escaped character is that character",
                        "for=\"203\\.0.11\\3.9\"",
                        CLIENT),
                forwardedIs(
                        "64 characters are counted after unescaping",
                        "for=\"" + "203.0.113.9".replaceAll("(.)", "\\\\$1") + "\"",
                        CLIENT),
                forwardedIs(
                        "70 KB of escaped text are invalid",
                        "for=\"" + "\\1".repeat(35_000) + "\"",
                        PROXY),
                forwardedIs(
                        "64 characters are valid",
                        "for=\"203.0.113.9:_" + "x".repeat(51) + "\"",
                        CLIENT),
                forwardedIs(
                        "65 characters are invalid",
                        "for=\"203.0.113.9:_" + "x".repeat(52) + "\"",
                        PROXY),
                forwardedIs(
                        "65 escaped characters are invalid",
                        "for=\"203.0.113.9:\\_" + "x".repeat(52) + "\"",
                        PROXY),
                forwardedIs(
                        "blanks inside the quotes are part of it", "for=\" 203.0.113.9\"", PROXY),
                forwardedIs("IPv6 without brackets is invalid", "for=\"2001:db8::9\"", PROXY),
                forwardedIs("IPv4 in brackets is invalid", "for=\"[203.0.113.9]\"", PROXY),
                forwardedIs("a zone is invalid", "for=\"[fe80::9%25eth0]\"", PROXY),
                forwardedIs("unknown is invalid", "for=unknown", PROXY),
                forwardedIs("an obfuscated node is invalid", "for=_hidden", PROXY),
                forwardedIs("an empty quoted string is invalid", "for=\"\"", PROXY),
                forwardedIs("0.0.0.0 is invalid", "for=0.0.0.0", PROXY),
                forwardedIs(":: is invalid", "for=\"[::]\"", PROXY),
                forwardedIs("a leading zero is invalid", "for=203.0.113.09", PROXY),
                forwardedIs("other digits are invalid", "for=\"203.0.113.\u0669\"", PROXY),
                forwardedIs("no for is invalid", "proto=https", PROXY),
                forwardedIs("an empty value is one element without for", "", PROXY),
                forwardedIs(
                        "an empty element is invalid, not skipped",
                        "for=203.0.113.9, ,for=10.0.0.2",
                        "10.0.0.2"),
                forwardedIs(
                        "a comma at the end leaves an empty element", "for=203.0.113.9,", PROXY),
                forwardedIs("two for are invalid", "for=203.0.113.9;for=203.0.113.9", PROXY),
                forwardedIs(
                        "two for in different case are invalid",
                        "for=203.0.113.9;FOR=6.6.6.6",
                        PROXY),
                forwardedIs("two proto are invalid", "for=203.0.113.9;proto=a;proto=b", PROXY),
                forwardedIs(
                        "two of an unknown parameter are invalid",
                        "x=1;for=203.0.113.9;X=1",
                        PROXY),
                forwardedIs(
                        "a parameter may come again in the next element",
                        "for=1.1.1.1;proto=a,for=203.0.113.9;proto=b",
                        CLIENT),
                forwardedIs(
                        "32 parameters are allowed", "for=203.0.113.9" + parameters(31), CLIENT),
                forwardedIs("33 parameters are invalid", "for=203.0.113.9" + parameters(32), PROXY),
                forwardedIs(
                        "an invalid element left of the client does no harm",
                        "for=unknown;for=x, by=y,, for=203.0.113.9",
                        CLIENT),
                forwardedIs(
                        "an invalid element stops at the hop that sent it",
                        "for=203.0.113.9, for=_x, for=10.0.0.2",
                        "10.0.0.2"),
                // Syntax errors: the line is one invalid element.
                forwardedIs("an unquoted port is an error", "for=203.0.113.9:80", PROXY),
                forwardedIs("unquoted brackets are an error", "for=[2001:db8::9]", PROXY),
                forwardedIs("a bare address is an error", "203.0.113.9", PROXY),
                forwardedIs("a blank before = is an error", "for =203.0.113.9", PROXY),
                forwardedIs("a blank after = is an error", "for= 203.0.113.9", PROXY),
                forwardedIs("a value without a name is an error", "=203.0.113.9", PROXY),
                forwardedIs("a name without a value is an error", "for=", PROXY),
                forwardedIs("two values are an error", "for=203.0.113.9 6.6.6.6", PROXY),
                forwardedIs(
                        "text after a quoted string is an error", "for=\"203.0.113.9\"x", PROXY),
                forwardedIs("a quote left open is an error", "for=\"203.0.113.9", PROXY),
                forwardedIs(
                        "a backslash at the end is an error", "for=203.0.113.9;host=\"a\\", PROXY),
                forwardedIs(
                        "a control in quotes is an error",
                        "for=203.0.113.9;host=\"a\u0001\"",
                        PROXY),
                forwardedIs(
                        "an escaped control is an error", "for=203.0.113.9;host=\"a\\\n\"", PROXY),
                forwardedIs("DEL in quotes is an error", "for=203.0.113.9;host=\"a\u007f\"", PROXY),
                forwardedIs("a tab in quotes is none", "for=203.0.113.9;host=\"a\tb\"", CLIENT),
                forwardedIs(
                        "obs-text in quotes is none", "for=203.0.113.9;host=\"\u00e9\"", CLIENT),
                forwardedIs(
                        "obs-text outside of quotes is an error",
                        "for=203.0.113.9;host=\u00e9",
                        PROXY),
                forwardedIs(
                        "an error left of the client spoils the line", "=,for=203.0.113.9", PROXY),
                forwardedIs(
                        "a quote left open by the client spoils the line",
                        "for=\", for=203.0.113.9",
                        PROXY),
                row(
                        "R4: but not the next line",
                        readingForwarded(),
                        PROXY,
                        forwarded("for=\"", "for=203.0.113.9"),
                        CLIENT),
                row(
                        "R4: a quote does not go on in the next line",
                        readingForwarded(),
                        PROXY,
                        forwarded("for=203.0.113.9;x=\"", "\",for=10.0.0.2"),
                        PROXY),
                row(
                        "R4: an error in a line is met after the lines right of it",
                        readingForwarded(),
                        PROXY,
                        forwarded("for=203.0.113.9", "for=6.6.6.6;=", "for=10.0.0.3,for=10.0.0.2"),
                        "10.0.0.3"),
                row(
                        "R7: 70 KB in quotes do not hide the client",
                        readingForwarded(),
                        PROXY,
                        forwarded("for=6.6.6.6;x=\"" + ",".repeat(70_000) + "\", for=203.0.113.9"),
                        CLIENT),
                row(
                        "R7: 5,000 commas do not hide the client",
                        readingForwarded(),
                        PROXY,
                        forwarded(",".repeat(5_000) + "for=203.0.113.9"),
                        CLIENT));
    }

    @TestFactory
    Stream<DynamicTest> singleValue() {
        ClientSettings rules = reading("CF-Connecting-IP", "10.0.0.0/8");
        return Stream.of(
                single("one valid node is the client", CLIENT, CLIENT),
                single("blanks are trimmed", " 203.0.113.9\t", CLIENT),
                single("a port is dropped", "[2001:db8::9]:1", "2001:db8::9"),
                single("a trusted address is the client like any other", "10.0.0.2", "10.0.0.2"),
                single("two nodes are none", "203.0.113.9, 203.0.113.9", PROXY),
                single("a comma is too much", "203.0.113.9,", PROXY),
                single("a comma in front is too much", ",203.0.113.9", PROXY),
                single("an empty value is none", "", PROXY),
                single("a name is none", "example.com", PROXY),
                single("65 characters are none", "1".repeat(65), PROXY),
                row(
                        "R8: two lines are none",
                        rules,
                        PROXY,
                        none().and("CF-Connecting-IP", CLIENT, CLIENT),
                        PROXY),
                row("R8: no line is none", rules, PROXY, xff(CLIENT), PROXY),
                row(
                        "R8: an untrusted peer is not believed",
                        rules,
                        "192.0.2.1",
                        none().and("CF-Connecting-IP", CLIENT),
                        "192.0.2.1"),
                row(
                        "R8: behind trusted hops it is believed",
                        new ClientSettings(List.of(), true, 2, "X-Real-IP", 64),
                        "192.0.2.1",
                        none().and("X-Real-IP", CLIENT),
                        CLIENT));
    }

    @TestFactory
    Stream<DynamicTest> trustedHops() {
        String peer = "198.51.100.1";
        return Stream.of(
                row(
                        "one hop: the last element is the client",
                        hops(1),
                        peer,
                        xff("1.1.1.1, 203.0.113.9"),
                        CLIENT),
                row(
                        "two hops: the second from the right",
                        hops(2),
                        peer,
                        xff("1.1.1.1, 203.0.113.9, 198.51.100.2"),
                        CLIENT),
                row(
                        "two hops over two lines",
                        hops(2),
                        peer,
                        xff("1.1.1.1, 203.0.113.9", "198.51.100.2"),
                        CLIENT),
                row(
                        "private addresses are clients too",
                        hops(1),
                        peer,
                        xff("10.0.0.2"),
                        "10.0.0.2"),
                row(
                        "fewer elements: the last hop",
                        hops(3),
                        peer,
                        xff("203.0.113.9, 198.51.100.2"),
                        CLIENT),
                row("no elements: the peer", hops(3), peer, none(), peer),
                row(
                        "an invalid one first: the peer",
                        hops(2),
                        peer,
                        xff("203.0.113.9, unknown"),
                        peer),
                row(
                        "an invalid one on the way: the last valid hop",
                        hops(2),
                        peer,
                        xff("unknown, 198.51.100.2"),
                        "198.51.100.2"),
                row(
                        "an invalid one past the client does no harm",
                        hops(1),
                        peer,
                        xff("unknown, 203.0.113.9"),
                        CLIENT),
                row(
                        "Forwarded is counted in the same way",
                        new ClientSettings(List.of(), true, 2, "Forwarded", 64),
                        peer,
                        forwarded("for=1.1.1.1,for=203.0.113.9,for=198.51.100.2"),
                        CLIENT));
    }

    @TestFactory
    Stream<DynamicTest> keys() {
        return Stream.of(
                key("IPv4 is counted by itself", 64, CLIENT, CLIENT),
                key("mapped IPv6 is counted as IPv4", 64, "::ffff:203.0.113.9", CLIENT),
                key("IPv6 is counted by its /64", 64, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
                key(
                        "an IPv6 /56 cuts inside a group",
                        56,
                        "2001:db8:1:2ff:3::",
                        "2001:db8:1:200::/56"),
                key("an IPv6 /32", 32, "2001:db8:1::1", "2001:db8::/32"),
                key("an IPv6 /128 is one address", 128, "2001:db8::1", "2001:db8::1/128"),
                key(
                        "an IPv6 /65 cuts in the lower half",
                        65,
                        "2001:db8::ffff:0:0:1",
                        "2001:db8:0:0:8000::/65"),
                key("IPv4-compatible stays IPv6", 64, "::203.0.113.9", "::/64"),
                key("nobody's key is unknown", 64, "", "unknown"));
    }

    private static DynamicTest key(String sentence, int prefix, String peer, String expected) {
        return dynamicTest(
                "R10: " + sentence,
                () -> {
                    ClientSettings rules =
                            new ClientSettings(List.of(), true, 0, "X-Forwarded-For", prefix);
                    assertThat(resolve(rules, peer, none()).key()).isEqualTo(expected);
                });
    }

    @Test
    void theKeyIsTheClientsAndNotThePeers() {
        Client client = resolve(trust10(), PROXY, xff("2001:db8::9"));
        assertThat(client).isEqualTo(new Client(PROXY, "2001:db8::9", "2001:db8::/64", List.of()));
    }

    @Test
    void rulesThatCannotBeAreRefused() {
        List<Cidr> some = List.of(Cidr.parse(PROXY));
        assertThatThrownBy(() -> new ClientSettings(some, true, 1, "X", 64))
                .hasMessageContaining("not both");
        assertThatThrownBy(() -> new ClientSettings(List.of(), true, -1, "X", 64))
                .hasMessageContaining("not negative");
        assertThatThrownBy(() -> new ClientSettings(some, true, 0, " ", 64))
                .hasMessageContaining("name");
        assertThatThrownBy(() -> new ClientSettings(some, true, 0, "X", 31))
                .hasMessageContaining("32 to 128");
        assertThatThrownBy(() -> new ClientSettings(some, true, 0, "X", 129))
                .hasMessageContaining("32 to 128");
    }

    private static DynamicTest xffIs(String sentence, String line, String expected) {
        return row("R4-R7: " + sentence, trust10(), PROXY, xff(line), expected);
    }

    private static DynamicTest forwardedIs(String sentence, String line, String expected) {
        return row("R4, R5: " + sentence, readingForwarded(), PROXY, forwarded(line), expected);
    }

    private static String parameters(int count) {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < count; i++) {
            all.append(";p").append(i).append("=v");
        }
        return all.toString();
    }

    private static DynamicTest single(String sentence, String line, String expected) {
        ClientSettings rules = reading("CF-Connecting-IP", "10.0.0.0/8");
        return row("R8: " + sentence, rules, PROXY, none().and("CF-Connecting-IP", line), expected);
    }

    private static DynamicTest row(
            String sentence, ClientSettings rules, String peer, Fields fields, String expected) {
        return dynamicTest(
                sentence,
                () -> assertThat(resolve(rules, peer, fields).address()).isEqualTo(expected));
    }

    private static ClientSettings trust10() {
        return trusting("10.0.0.0/8");
    }

    private static ClientSettings readingForwarded() {
        return reading("Forwarded", "10.0.0.0/8");
    }
}
