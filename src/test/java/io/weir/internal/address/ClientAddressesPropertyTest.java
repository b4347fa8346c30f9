package io.weir.internal.address;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** What must hold of every request, known by how it was made and not by resolving it again. */
class ClientAddressesPropertyTest {

    private static final String PROXY = "10.0.0.1";

    @Property(tries = 1500)
    void anythingIsAnsweredByAnAddressThatReadsAsItself(
            @ForAll("rules") ClientSettings rules,
            @ForAll("peers") String peer,
            @ForAll("anyLines") List<String> lines) {
        Client client = new ClientAddresses(rules, found -> {}).resolve(peer, always(lines));
        ClientSettings nobody = new ClientSettings(List.of(), false, 0, "X-Forwarded-For", 64);
        for (String address : List.of(client.peer(), client.address())) {
            Client again =
                    new ClientAddresses(nobody, found -> {}).resolve(address, always(List.of()));
            assertThat(again.address()).isEqualTo(address);
        }
        assertThat(client.address().equals("unknown")).isEqualTo(client.key().equals("unknown"));
        assertThat(client.findings()).allSatisfy(f -> assertThat(f).matches("[ -~]+"));
    }

    @Property(tries = 500)
    void theFirstUntrustedFromTheRightIsTheClientWhateverStandsLeft(
            @ForAll("fields") Field field,
            @ForAll("anything") String left,
            @ForAll("untrusted") String client,
            @ForAll("trustedChains") List<String> right) {
        List<String> elements = new ArrayList<>(List.of(client));
        elements.addAll(right);
        // Forwarded reads a line whole, so there what stands left is another line.
        List<String> lines =
                field == Field.FORWARDED
                        ? List.of(left, field.line(elements))
                        : List.of(left + "," + field.line(elements));
        assertThat(field.resolve(lines)).isEqualTo(canonical(client));
    }

    @Property(tries = 500)
    void wellFormedElementsLeftOfTheClientInTheSameLineDoNotMatter(
            @ForAll("fields") Field field,
            @ForAll("chains") List<String> left,
            @ForAll("untrusted") String client,
            @ForAll("trustedChains") List<String> right) {
        List<String> elements = new ArrayList<>(left);
        elements.add(client);
        elements.addAll(right);
        assertThat(field.resolve(List.of(field.line(elements)))).isEqualTo(canonical(client));
    }

    @Property(tries = 500)
    void aTrustedAddressIsTheAnswerOnlyIfEveryHopUpToItIsTrusted(
            @ForAll("fields") Field field, @ForAll("chains") List<String> elements) {
        String answer = field.resolve(List.of(field.line(elements)));
        if (isTrusted(answer) && !answer.equals(PROXY)) {
            int at = elements.size();
            do {
                at--;
                assertThat(isTrusted(elements.get(at))).as(elements.toString()).isTrue();
            } while (!canonical(elements.get(at)).equals(answer));
        } else if (answer.equals(PROXY)) {
            // The peer: what is next to it must not be an untrusted address.
            assertThat(UNTRUSTED).doesNotContain(elements.get(elements.size() - 1));
        }
    }

    @Property(tries = 500)
    void whereTheLinesAreCutDoesNotMatter(
            @ForAll("fields") Field field,
            @ForAll("chains") List<String> elements,
            @ForAll int cut) {
        int at = Math.floorMod(cut, elements.size() - 1) + 1;
        List<String> two =
                List.of(
                        field.line(elements.subList(0, at)),
                        field.line(elements.subList(at, elements.size())));
        assertThat(field.resolve(two)).isEqualTo(field.resolve(List.of(field.line(elements))));
    }

    @Property(tries = 500)
    void countedHopsAreCountedWhateverStandsLeft(
            @ForAll("anything") String left, @ForAll("addresses") List<String> elements) {
        ClientSettings rules =
                new ClientSettings(List.of(), true, elements.size(), "X-Forwarded-For", 64);
        String line = left + "," + String.join(", ", elements);
        assertThat(
                        new ClientAddresses(rules, found -> {})
                                .resolve(PROXY, always(List.of(line)))
                                .address())
                .isEqualTo(canonical(elements.get(0)));
    }

    @Property
    void anUntrustedPeerIsTheClientWhateverItSends(
            @ForAll("untrusted") String peer, @ForAll("anyLines") List<String> lines) {
        for (Field field : Field.values()) {
            assertThat(
                            new ClientAddresses(field.rules, found -> {})
                                    .resolve(peer, always(lines))
                                    .address())
                    .isEqualTo(canonical(peer));
        }
    }

    enum Field {
        X_FORWARDED_FOR("X-Forwarded-For"),
        FORWARDED("Forwarded");

        private final ClientSettings rules;

        Field(String name) {
            rules =
                    new ClientSettings(
                            List.of(Cidr.parse("10.0.0.0/8"), Cidr.parse("2001:db8:a::/48")),
                            true,
                            0,
                            name,
                            64);
        }

        String line(List<String> elements) {
            if (this == X_FORWARDED_FOR) {
                return String.join(", ", elements);
            }
            return String.join(
                    ", ",
                    elements.stream()
                            .map(e -> e.indexOf(':') >= 0 ? "[" + e + "]" : e)
                            .map(e -> "proto=http;for=\"" + e + "\";host=\"a,b;for=c\"")
                            .toList());
        }

        String resolve(List<String> lines) {
            return new ClientAddresses(rules, found -> {}).resolve(PROXY, always(lines)).address();
        }
    }

    private static final List<String> TRUSTED =
            List.of(
                    "10.0.0.2",
                    "10.255.0.3",
                    "2001:db8:a::1",
                    "2001:DB8:A:0::2",
                    "::ffff:10.9.9.9");
    private static final List<String> UNTRUSTED =
            List.of("203.0.113.9", "11.0.0.1", "2001:db8:b::1", "::ffff:203.0.113.7", "127.0.0.1");
    private static final List<String> JUNK =
            List.of("unknown", "_x", "", "127.1", "0.0.0.0", "10.0.0.256", "10.0.0.02", "x y");

    private static boolean isTrusted(String address) {
        return canonical(address).startsWith("10.") || canonical(address).startsWith("2001:db8:a:");
    }

    /** The few spellings that are used here. */
    private static String canonical(String address) {
        return switch (address) {
            case "::ffff:10.9.9.9" -> "10.9.9.9";
            case "::ffff:203.0.113.7" -> "203.0.113.7";
            case "2001:DB8:A:0::2" -> "2001:db8:a::2";
            default -> address;
        };
    }

    private static Function<String, List<String>> always(List<String> lines) {
        return name -> lines;
    }

    @Provide
    Arbitrary<Field> fields() {
        return Arbitraries.of(Field.class);
    }

    @Provide
    Arbitrary<String> untrusted() {
        return Arbitraries.of(UNTRUSTED);
    }

    @Provide
    Arbitrary<List<String>> trustedChains() {
        return Arbitraries.of(TRUSTED).list().ofMaxSize(31);
    }

    @Provide
    Arbitrary<List<String>> addresses() {
        return Arbitraries.oneOf(Arbitraries.of(TRUSTED), untrusted())
                .list()
                .ofMinSize(1)
                .ofMaxSize(32);
    }

    @Provide
    Arbitrary<List<String>> chains() {
        return Arbitraries.frequencyOf(
                        Tuple.of(4, Arbitraries.of(TRUSTED)),
                        Tuple.of(1, Arbitraries.of(UNTRUSTED)),
                        Tuple.of(1, Arbitraries.of(JUNK)))
                .list()
                .ofMinSize(2)
                .ofMaxSize(12);
    }

    @Provide
    Arbitrary<String> anything() {
        Arbitrary<String> piece =
                Arbitraries.of(
                        "for=",
                        "by=",
                        "\"",
                        "\\",
                        ",",
                        ";",
                        "=",
                        " ",
                        "\t",
                        "[",
                        "]",
                        ":",
                        "%",
                        "10.0.0.2",
                        "203.0.113.9",
                        "[2001:db8::1]",
                        "::",
                        "unknown",
                        "_x",
                        ":80",
                        "\u0661",
                        "\r\n",
                        "\u0000",
                        "\ud83d",
                        "1.2.3",
                        "proto=http");
        return Arbitraries.oneOf(
                piece.list().ofMaxSize(30).map(p -> String.join("", p)),
                Arbitraries.strings().ofMaxLength(80));
    }

    @Provide
    Arbitrary<List<String>> anyLines() {
        return anything().list().ofMaxSize(5);
    }

    @Provide
    Arbitrary<String> peers() {
        return Arbitraries.oneOf(
                Arbitraries.just(PROXY), untrusted(), Arbitraries.of(TRUSTED), anything());
    }

    @Provide
    Arbitrary<ClientSettings> rules() {
        Arbitrary<String> header = Arbitraries.of("X-Forwarded-For", "Forwarded", "X-Real-IP");
        Arbitrary<Integer> prefix = Arbitraries.integers().between(32, 128);
        Arbitrary<ClientSettings> proxies =
                Combinators.combine(header, prefix)
                        .as(
                                (h, p) ->
                                        new ClientSettings(
                                                List.of(
                                                        Cidr.parse("10.0.0.0/8"),
                                                        Cidr.parse("::/1")),
                                                true,
                                                0,
                                                h,
                                                p));
        Arbitrary<ClientSettings> hops =
                Combinators.combine(header, prefix, Arbitraries.integers().between(1, 40))
                        .as((h, p, n) -> new ClientSettings(List.of(), false, n, h, p));
        return Arbitraries.oneOf(proxies, hops);
    }
}
