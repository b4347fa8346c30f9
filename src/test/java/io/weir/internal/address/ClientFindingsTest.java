package io.weir.internal.address;

import static io.weir.internal.address.Requests.forwarded;
import static io.weir.internal.address.Requests.hops;
import static io.weir.internal.address.Requests.none;
import static io.weir.internal.address.Requests.reading;
import static io.weir.internal.address.Requests.resolve;
import static io.weir.internal.address.Requests.trusting;
import static io.weir.internal.address.Requests.xff;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.weir.internal.address.Requests.Fields;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientFindingsTest {

    private static final String CLIENT = "203.0.113.9";

    @TestFactory
    Stream<DynamicTest> kinds() {
        ClientSettings noneTrusted = trusting();
        ClientSettings trusted = trusting("10.0.0.0/8");
        ClientSettings silent = new ClientSettings(List.of(), false, 0, "X-Forwarded-For", 64);
        ClientSettings single = reading("X-Real-IP", "10.0.0.0/8");
        return Stream.of(
                row("no proxy, no field: nothing", noneTrusted, CLIENT, none()),
                row("a sound chain: nothing", trusted, "10.0.0.1", xff(CLIENT)),
                row("sound hops: nothing", hops(1), "10.0.0.1", xff(CLIENT)),
                row(
                        "forged elements left of the client: nothing",
                        trusted,
                        "10.0.0.1",
                        xff("unknown, 10.0.0.2, " + CLIENT)),
                row(
                        "a private peer sends the field",
                        noneTrusted,
                        "10.0.0.1",
                        xff(CLIENT),
                        Finding.UNTRUSTED_NEIGHBOUR),
                row(
                        "a loopback peer sends the field",
                        noneTrusted,
                        "::1",
                        xff(CLIENT),
                        Finding.UNTRUSTED_NEIGHBOUR),
                row(
                        "a public peer sends the field",
                        noneTrusted,
                        "198.51.100.1",
                        xff(CLIENT),
                        Finding.UNTRUSTED_STRANGER),
                row(
                        "an empty field is a field",
                        noneTrusted,
                        "198.51.100.1",
                        xff(""),
                        Finding.UNTRUSTED_STRANGER),
                row(
                        "one more private peer beside the trusted",
                        trusted,
                        "192.168.0.1",
                        xff(CLIENT),
                        Finding.UNTRUSTED_NEIGHBOUR),
                row("trusted-proxies=none silences it", silent, "10.0.0.1", xff(CLIENT)),
                row("and the rewriting server too", silent, CLIENT, xff(CLIENT)),
                row(
                        "another field of an untrusted peer: nothing",
                        noneTrusted,
                        "10.0.0.1",
                        forwarded("for=" + CLIENT)),
                row(
                        "the peer is the only element",
                        noneTrusted,
                        CLIENT,
                        xff(CLIENT),
                        Finding.REWRITTEN),
                row(
                        "the peer is the leftmost element",
                        noneTrusted,
                        CLIENT,
                        xff(CLIENT + ", 10.0.0.1"),
                        Finding.REWRITTEN),
                row(
                        "the peer is the rightmost element",
                        noneTrusted,
                        CLIENT,
                        xff("1.1.1.1, " + CLIENT),
                        Finding.REWRITTEN),
                row(
                        "the peer stands in the field in another spelling",
                        noneTrusted,
                        CLIENT,
                        xff("[::ffff:203.0.113.9]:80"),
                        Finding.REWRITTEN),
                row(
                        "the peer stands in Forwarded",
                        reading("Forwarded"),
                        CLIENT,
                        forwarded("for=1.1.1.1, for=" + CLIENT),
                        Finding.REWRITTEN),
                row(
                        "the peer stands in a single-value field",
                        reading("X-Real-IP"),
                        CLIENT,
                        none().and("X-Real-IP", CLIENT),
                        Finding.REWRITTEN),
                row(
                        "a client on the machine of a trusted proxy: nothing",
                        trusting("127.0.0.1"),
                        "127.0.0.1",
                        xff("127.0.0.1")),
                row("a trusted hop sends no field", trusted, "10.0.0.1", none(), Finding.NO_FIELD),
                row("with trusted hops too", hops(1), "10.0.0.1", none(), Finding.NO_FIELD),
                row(
                        "a single-value field is missing",
                        single,
                        "10.0.0.1",
                        xff(CLIENT),
                        Finding.NO_FIELD),
                row(
                        "only the other field is there",
                        trusted,
                        "10.0.0.1",
                        forwarded("for=" + CLIENT),
                        Finding.OTHER_FIELD),
                row(
                        "only X-Forwarded-For is there",
                        reading("Forwarded", "10.0.0.0/8"),
                        "10.0.0.1",
                        xff(CLIENT),
                        Finding.OTHER_FIELD),
                row(
                        "both fields are there",
                        trusted,
                        "10.0.0.1",
                        xff(CLIENT).and("Forwarded", "for=" + CLIENT),
                        Finding.BOTH_FIELDS),
                row(
                        "both fields beside a single-value one: nothing",
                        single,
                        "10.0.0.1",
                        xff(CLIENT).and("Forwarded", "x=y").and("X-Real-IP", CLIENT)),
                row(
                        "a trusted hop names no address",
                        trusted,
                        "10.0.0.1",
                        xff(CLIENT + ", unknown"),
                        Finding.NO_ADDRESS),
                row(
                        "a trusted hop sends an error",
                        reading("Forwarded", "10.0.0.0/8"),
                        "10.0.0.1",
                        forwarded("for=\""),
                        Finding.NO_ADDRESS),
                row(
                        "a single value is no address",
                        single,
                        "10.0.0.1",
                        none().and("X-Real-IP", "a, b"),
                        Finding.NO_ADDRESS),
                row(
                        "among counted hops one names no address",
                        hops(2),
                        "10.0.0.1",
                        xff("x, 10.0.0.2"),
                        Finding.NO_ADDRESS),
                row(
                        "every hop is trusted",
                        trusted,
                        "10.0.0.1",
                        xff("10.0.0.3, 10.0.0.2"),
                        Finding.ALL_TRUSTED),
                row(
                        "fewer elements than hops",
                        hops(3),
                        "10.0.0.1",
                        xff(CLIENT),
                        Finding.TOO_FEW_HOPS),
                row(
                        "the peer has no address",
                        noneTrusted,
                        null,
                        xff(CLIENT),
                        Finding.UNKNOWN_PEER),
                row(
                        "two things at once",
                        trusted,
                        "10.0.0.1",
                        xff("unknown").and("Forwarded", "for=x"),
                        Finding.BOTH_FIELDS,
                        Finding.NO_ADDRESS));
    }

    private static DynamicTest row(
            String sentence,
            ClientSettings rules,
            @Nullable String peer,
            Fields fields,
            Finding... expected) {
        return dynamicTest(
                sentence,
                () ->
                        assertThat(resolve(rules, peer, fields).findings())
                                .extracting(Finding::of)
                                .containsExactly(expected));
    }

    @Test
    void theOpeningOfNoKindIsTheBeginningOfAnother() {
        for (Finding kind : Finding.values()) {
            assertThat(Finding.of(kind.opening())).isEqualTo(kind);
        }
        assertThat(Finding.of("something else")).isNull();
    }

    @Test
    void everyKindIsOnThePageAboutProxies() throws IOException {
        String page = Files.readString(Path.of("docs", "behind-a-proxy.md"));
        for (Finding kind : Finding.values()) {
            assertThat(page).contains(kind.opening().strip());
        }
    }

    @Test
    void whoLetsTheServerFindTheClientIsToldToSaySo() {
        for (String peer : List.of("10.0.0.1", "198.51.100.1")) {
            assertThat(only(resolve(trusting(), peer, xff(CLIENT))))
                    .contains(
                            "the server itself finds the client, weir.client.trusted-proxies=none");
        }
    }

    @ParameterizedTest(name = "peer {0}")
    @ValueSource(
            strings = {
                "10.0.0.1",
                "198.51.100.1",
                "fe80::1%eth0",
                "[2001:db8::1]:80",
                "::ffff:10.0.0.1"
            })
    void theExampleForAnUntrustedPeerIsTheRemedy(String peer) {
        Fields fields = xff(CLIENT);
        String finding = only(resolve(trusting(), peer, fields));
        String value = setting("weir.client.trusted-proxies", finding);

        Client after = resolve(trusting(value), peer, fields);

        assertThat(after.findings()).isEmpty();
        assertThat(after.address()).isEqualTo(CLIENT);
    }

    @Test
    void whereSomeAreTrustedThePeerIsToBeAdded() {
        assertThat(only(resolve(trusting("10.0.0.0/8"), "192.168.0.1", xff(CLIENT))))
                .contains("add 192.168.0.1 to weir.client.trusted-proxies");
    }

    @Test
    void noOneIsToldToTrustTheAddressThatAServerTookFromTheField() {
        String finding = only(resolve(trusting(), CLIENT, xff(CLIENT)));
        assertThat(finding)
                .contains("weir.client.trusted-proxies=none")
                .doesNotContain("trusted-proxies=" + CLIENT)
                .doesNotContain("add " + CLIENT);
    }

    @Test
    void theExampleForTheOtherFieldIsTheRemedy() {
        Fields fields = forwarded("for=" + CLIENT);
        String finding = only(resolve(trusting("10.0.0.1"), "10.0.0.1", fields));
        String field = setting("weir.client.address-header", finding);

        Client after = resolve(reading(field, "10.0.0.1"), "10.0.0.1", fields);

        assertThat(after.findings()).isEmpty();
        assertThat(after.address()).isEqualTo(CLIENT);
    }

    @Test
    void theExampleForARangeTooWideIsTheRemedy() {
        Fields fields = xff("1.1.1.1, 10.0.7.7, 10.0.0.2, 10.0.0.2");
        ClientSettings wide = trusting("10.0.0.0/8", "1.1.1.1");
        String finding = only(resolve(wide, "10.0.0.1", fields));
        String value = setting("weir.client.trusted-proxies", finding);
        assertThat(value).isEqualTo("10.0.0.1,10.0.0.2,10.0.7.7");

        Client after = resolve(trusting(value.split(",")), "10.0.0.1", fields);

        assertThat(after.findings()).isEmpty();
        assertThat(after.address()).isEqualTo("1.1.1.1");
    }

    @Test
    void aProxyThatHidesTheOneInFrontOfItIsACauseToo() {
        assertThat(only(resolve(trusting("10.0.0.0/8"), "10.0.0.1", xff("10.0.0.2"))))
                .contains("ends at 10.0.0.2")
                .contains("let that one append to the field");
    }

    @Test
    void theExampleForTooManyHopsIsTheRemedy() {
        Fields fields = xff(CLIENT + ", 198.51.100.2");
        String finding = only(resolve(hops(5), "10.0.0.1", fields));
        String value = setting("weir.client.trusted-hops", finding);

        Client after = resolve(hops(Integer.parseInt(value)), "10.0.0.1", fields);

        assertThat(after.findings()).isEmpty();
        assertThat(after.address()).isEqualTo(CLIENT);
    }

    @Test
    void nothingOfAFieldIsRepeated() {
        String evil = "evil\r\nWARN forged \u001b[31m";
        for (ClientSettings rules :
                List.of(
                        trusting(),
                        trusting("10.0.0.0/8"),
                        hops(2),
                        reading("Forwarded", "10.0.0.0/8"),
                        reading("X-Real-IP", "10.0.0.0/8"))) {
            Fields fields = xff(evil).and("Forwarded", "for=\"" + evil).and("X-Real-IP", evil);
            Client client = resolve(rules, "10.0.0.1", fields);
            assertThat(client.findings())
                    .isNotEmpty()
                    .allSatisfy(f -> assertThat(f).matches("[ -~]+").doesNotContain("evil"));
        }
        assertThat(only(resolve(trusting(), evil, none()))).doesNotContain("evil");
    }

    @Test
    void onlyTheConfiguredFieldAndTheRivalAreAskedFor() {
        Fields fields = xff(CLIENT);
        resolve(trusting(), "10.0.0.1", fields);
        assertThat(fields.asked).containsExactly("X-Forwarded-For");

        fields.asked.clear();
        resolve(trusting("10.0.0.1"), "10.0.0.1", fields);
        assertThat(fields.asked).containsExactly("X-Forwarded-For", "Forwarded");

        fields.asked.clear();
        resolve(reading("X-Real-IP", "10.0.0.1"), "10.0.0.1", fields);
        assertThat(fields.asked).containsExactly("X-Real-IP");

        fields.asked.clear();
        resolve(new ClientSettings(List.of(), false, 0, "X-Real-IP", 64), "10.0.0.1", fields);
        assertThat(fields.asked).isEmpty();
    }

    private static String only(Client client) {
        assertThat(client.findings()).hasSize(1);
        return client.findings().get(0);
    }

    private static String setting(String name, String finding) {
        Matcher matcher =
                Pattern.compile(Pattern.quote(name) + "=(\\S*[^\\s.;,])").matcher(finding);
        assertThat(matcher.find()).as(finding).isTrue();
        return matcher.group(1);
    }
}
