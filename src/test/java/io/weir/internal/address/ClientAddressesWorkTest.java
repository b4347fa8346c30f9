package io.weir.internal.address;

import static io.weir.internal.address.Requests.hops;
import static io.weir.internal.address.Requests.reading;
import static io.weir.internal.address.Requests.trusting;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How much is read, counted in characters and lines, so that no clock is needed. */
class ClientAddressesWorkTest {

    private static final String PROXY = "10.0.0.1";
    private static final String CLIENT = "203.0.113.9";

    /** Enough for an answer of 11 characters, in passes, and the blanks and comma beside it. */
    private static final int FEW = 100;

    private int characters;
    private int lines;

    @Test
    void ofXForwardedForNothingLeftOfTheClientIsRead() {
        for (String left :
                List.of(
                        "x".repeat(70_000),
                        ",".repeat(5_000),
                        " ".repeat(70_000),
                        "1.1.1.1,".repeat(9_000),
                        "\"")) {
            assertThat(find(trusting(PROXY), left + "," + CLIENT)).isEqualTo(CLIENT);
            assertThat(characters).isLessThan(FEW);
        }
    }

    @Test
    void anElementThatIsTooLongIsNotReadToItsEnd() {
        assertThat(find(trusting(PROXY), "1".repeat(70_000))).isEqualTo(PROXY);
        assertThat(characters).isLessThan(2 * FEW);
    }

    @Test
    void anEmptyElementEndsTheWalk() {
        assertThat(find(trusting(PROXY), ",".repeat(5_000))).isEqualTo(PROXY);
        assertThat(characters).isLessThan(FEW);
    }

    @Test
    void linesLeftOfTheClientAreNotOpened() {
        for (ClientSettings rules : List.of(trusting(PROXY), hops(1))) {
            List<String> many = new ArrayList<>(Collections.nCopies(299, "1.1.1.1"));
            many.add(CLIENT);
            assertThat(find(rules, many)).isEqualTo(CLIENT);
            assertThat(lines).isEqualTo(1);
            assertThat(characters).isLessThan(FEW);
        }
    }

    @Test
    void whereAllAreTrustedThirtyTwoElementsAreRead() {
        assertThat(find(trusting("10.0.0.0/8"), (PROXY + ", ").repeat(5_000) + PROXY))
                .isEqualTo(PROXY);
        assertThat(characters).isLessThan(32 * FEW);
        find(trusting("10.0.0.0/8"), Collections.nCopies(300, PROXY));
        assertThat(lines).isEqualTo(32);
    }

    @Test
    void blanksAreReadOnce() {
        String wide = CLIENT + " ".repeat(35_000) + "," + " ".repeat(35_000) + PROXY;
        assertThat(find(trusting(PROXY), wide)).isEqualTo(CLIENT);
        assertThat(characters).isLessThan(wide.length() + 2 * FEW);
    }

    @Test
    void aLineOfForwardedIsReadOnceForItsGrammarAndOnceForItsLastElements() {
        ClientSettings rules = reading("Forwarded", PROXY);
        for (String left :
                List.of(
                        "for=1.1.1.1;x=\"" + "\\\"".repeat(35_000) + "\"",
                        ",".repeat(5_000),
                        ";".repeat(70_000),
                        " ".repeat(70_000),
                        "for=1.1.1.1," + "a=b;".repeat(17_000))) {
            assertThat(find(rules, left + ",for=" + CLIENT)).isEqualTo(CLIENT);
            // A character may be compared with several things, but not with other characters.
            assertThat(characters).isLessThan(12 * left.length() + 3 * FEW);
        }
    }

    @Test
    void anElementOfThousandsOfParametersIsNotLookedThrough() {
        StringBuilder element = new StringBuilder("for=" + CLIENT);
        for (int i = 0; i < 7_000; i++) {
            element.append(";p").append(i).append("=v");
        }
        assertThat(find(reading("Forwarded", PROXY), element.toString())).isEqualTo(PROXY);
        assertThat(characters).isLessThan(12 * element.length());
    }

    @Test
    void linesOfForwardedLeftOfTheClientAreNotOpened() {
        List<String> many = new ArrayList<>(Collections.nCopies(299, "for=\"" + "x".repeat(500)));
        many.add("for=" + CLIENT);
        assertThat(find(reading("Forwarded", PROXY), many)).isEqualTo(CLIENT);
        assertThat(lines).isEqualTo(1);
    }

    @Test
    void adviceForAnUntrustedPeerReadsLittle() {
        for (String line :
                List.of("x".repeat(70_000), ",".repeat(5_000), "1.1.1.1,".repeat(9_000))) {
            for (String field : List.of("X-Forwarded-For", "Forwarded", "X-Real-IP")) {
                assertThat(find(reading(field), line)).isEqualTo(PROXY);
                assertThat(characters).isZero();
            }
        }
        find(trusting(), Collections.nCopies(300, "1.1.1.1"));
        assertThat(lines).isEqualTo(1);
    }

    @Test
    void aSingleValueIsNotReadWhereThereAreTwoLinesOrTwoValues() {
        ClientSettings rules = reading("X-Real-IP", PROXY);
        assertThat(find(rules, "x".repeat(70_000))).isEqualTo(PROXY);
        assertThat(characters).isLessThan(2 * FEW);
        assertThat(find(rules, "x".repeat(70_000) + "," + CLIENT)).isEqualTo(PROXY);
        assertThat(characters).isLessThan(3 * FEW);
    }

    @Test
    void noClassOfTheResolverCanLookANameUp() throws IOException {
        for (Class<?> type :
                List.of(
                        Cidr.class,
                        ClientAddresses.class,
                        CommaElements.class,
                        Elements.class,
                        Finding.class,
                        ForwardedElements.class,
                        IpAddress.class,
                        AddressText.class,
                        ProxyWarnings.class)) {
            try (InputStream in = type.getResourceAsStream(type.getSimpleName() + ".class")) {
                // Every class that the code names is in the constant pool, in this form.
                String pool = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
                assertThat(pool)
                        .contains(type.getName().replace('.', '/'))
                        .doesNotContain("java/net/", "javax/naming/");
            }
        }
    }

    private String find(ClientSettings rules, String line) {
        return find(rules, List.of(line));
    }

    private String find(ClientSettings rules, List<String> values) {
        characters = 0;
        lines = 0;
        List<Counted> counted = values.stream().map(Counted::new).toList();
        List<Counted> opened =
                new AbstractList<>() {
                    @Override
                    public Counted get(int index) {
                        lines++;
                        return counted.get(index);
                    }

                    @Override
                    public int size() {
                        return counted.size();
                    }
                };
        return new ClientAddresses(rules, found -> {})
                .find(
                        PROXY,
                        name -> name.equals(rules.addressHeader()) ? opened : List.<Counted>of())
                .address();
    }

    private final class Counted implements CharSequence {
        private final String text;

        Counted(String text) {
            this.text = text;
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            characters++;
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            throw new UnsupportedOperationException("uncounted reading");
        }

        @Override
        public String toString() {
            throw new UnsupportedOperationException("uncounted reading");
        }
    }
}
