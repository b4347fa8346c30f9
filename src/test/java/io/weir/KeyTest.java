package io.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KeyTest {

    /** Parts and ids, as a key is made of them. */
    record Made(List<Key.Part> parts, List<@Nullable String> ids) {
        Key key() {
            return Key.of(parts, ids);
        }
    }

    /** Little texts of the characters that could be mistaken for structure. */
    @Provide
    Arbitrary<Made> made() {
        Arbitrary<String> texts =
                Arbitraries.oneOf(
                        Arbitraries.of("", "a", "null", "null=", "global=", "principal=a", "%00"),
                        Arbitraries.strings()
                                .withChars("a1:+=%{}*?[]\\ \0\r\n\u00e9\ud800\udc00")
                                .ofMaxLength(6));
        Arbitrary<Key.Part> parts =
                Combinators.combine(Arbitraries.of(KeySource.Kind.values()), texts)
                        .as(Key.Part::new);
        return Combinators.combine(
                        parts.list().ofMinSize(1).ofMaxSize(3),
                        texts.injectNull(0.2).list().ofMaxSize(3))
                .as((p, i) -> new Made(p, new ArrayList<>(i)));
    }

    @Property
    void noTwoListsGiveOneKey(@ForAll("made") Made one, @ForAll("made") Made other) {
        assertThat(one.key().equals(other.key())).isEqualTo(one.equals(other));
    }

    @Property
    void theTextIsSafeInARedisKey(@ForAll("made") Made made) {
        assertThat(made.key().text())
                .matches("[!-~]{0,200}")
                .doesNotContain("{", "}", "*", "?", "[", "]", "\\");
    }

    @Test
    void anOperatorCanReadIt() {
        assertThat(Key.ofClient("203.0.113.7", "42").text()).isEqualTo("203.0.113.7:42");
        assertThat(Key.ofClient("2001:db8::/64").text()).isEqualTo("2001%3Adb8%3A%3A/64");
        assertThat(
                        Key.of(
                                        List.of(
                                                new Key.Part(
                                                        KeySource.Kind.PRINCIPAL, "203.0.113.7")),
                                        List.of())
                                .text())
                .isEqualTo("principal=203.0.113.7");
        assertThat(Key.ofClient("a", "é", "\ud800", (String) null, "").text())
                .isEqualTo("a:%C3%A9:%uD800:null=:");
    }

    /** Too rare a coincidence to be left to chance. */
    @Test
    void whatLooksEscapedIsEscapedAgain() {
        for (String text : List.of("\0", "%", ":", "+", "=", "\u00e9", "\ud800", "\ud83d\ude00")) {
            for (String other : List.of(text, "a" + text, text + "a")) {
                String escaped = Key.escape(other);
                assertThat(escaped).isNotEqualTo(other);
                assertThat(Key.escape(escaped)).isNotEqualTo(escaped);
                assertThat(Key.ofClient(escaped)).isNotEqualTo(Key.ofClient(other));
                assertThat(Key.ofClient("c", escaped)).isNotEqualTo(Key.ofClient("c", other));
            }
        }
    }

    @Test
    void aLongTextIsHashedAndStaysDistinct() {
        String prefix = "x".repeat(1_000_000);
        Key one = Key.ofClient(prefix + "1");
        Key other = Key.ofClient(prefix + "2");
        assertThat(one.text()).hasSize(71).startsWith("sha256=");
        assertThat(one).isNotEqualTo(other);
        assertThat(Key.ofClient("y".repeat(200)).text()).isEqualTo("y".repeat(200));
        assertThat(Key.ofClient("y".repeat(201)).text()).startsWith("sha256=");
    }

    @Test
    void aKeyNeedsAPart() {
        assertThatThrownBy(() -> Key.of(List.of(), List.of("42")))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
