package io.weir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.StringLength;
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

    /** What a key's text is, said as plainly as can be. */
    private static String naively(Made made) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < made.parts().size(); i++) {
            Key.Part part = made.parts().get(i);
            text.append(i == 0 ? "" : "+");
            if (part.kind() != KeySource.Kind.CLIENT) {
                text.append(part.kind().name().toLowerCase(Locale.ROOT)).append('=');
            }
            text.append(naively(part.value()));
        }
        for (String id : made.ids()) {
            text.append(':').append(id == null ? "null=" : naively(id));
        }
        return text.toString();
    }

    private static String naively(String part) {
        StringBuilder text = new StringBuilder();
        part.codePoints()
                .forEach(
                        c -> {
                            String one = Character.toString(c);
                            if (c >= 0xd800 && c <= 0xdfff) {
                                text.append(String.format("%%u%04X", c));
                            } else if (c > ' ' && c < 0x7f && !"%{}*?[]\\:=+".contains(one)) {
                                text.append(one);
                            } else {
                                for (byte b : one.getBytes(StandardCharsets.UTF_8)) {
                                    text.append(String.format("%%%02X", b));
                                }
                            }
                        });
        return text.toString();
    }

    @Property
    void theTextIsThatOfItsParts(@ForAll("made") Made made) {
        assertThat(made.key().text()).isEqualTo(naively(made));
        if (made.parts().size() == 1) {
            Key.Part only = made.parts().get(0);
            assertThat(Key.of(only.kind(), only.value(), made.ids().toArray()))
                    .isEqualTo(made.key());
        }
    }

    @Property
    void anyTextIsEscaped(@ForAll @StringLength(max = 20) String text) {
        assertThat(Key.escape(text)).isEqualTo(naively(text));
        assertThat(Key.ofClient("c", text).text()).isEqualTo("c:" + naively(text));
    }

    /** Each character of the first plane and some of the next, between two that need no escape. */
    @Test
    void everyCharacterIsEscaped() {
        for (int c = 0; c < 0x10100; c++) {
            String text = "a" + Character.toString(c) + "b";
            assertThat(Key.escape(text)).isEqualTo(naively(text));
        }
    }

    @Test
    void anIdIsItsTextWhateverItsType() {
        UUID uuid = new UUID(1, 2);
        List<Object> ids =
                List.of(
                        0,
                        -1,
                        Integer.MIN_VALUE,
                        Long.MIN_VALUE,
                        Long.MAX_VALUE,
                        (short) 7,
                        (byte) -7,
                        1.5,
                        true,
                        'x',
                        '\u00e9',
                        new StringBuilder("a:b"),
                        uuid,
                        Engine.SCRIPT,
                        new BigInteger("123456789012345678901234567890"));
        for (Object id : ids) {
            Key expected = Key.ofClient("c", id.toString());
            assertThat(Key.of(KeySource.Kind.CLIENT, "c", id)).isEqualTo(expected);
            Key.Part part = new Key.Part(KeySource.Kind.CLIENT, "c");
            assertThat(Key.of(List.of(part), List.of(id))).isEqualTo(expected);
        }
        assertThat(Key.of(KeySource.Kind.GLOBAL, "", 1, null, "x").text())
                .isEqualTo("global=:1:null=:x");
        assertThatThrownBy(() -> Key.of(KeySource.Kind.CLIENT, "c", List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ListN");
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
