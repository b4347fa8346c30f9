package io.weir.internal.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.KeySource;
import io.weir.KeySource.Kind;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyTextTest {

    @Test
    void readsEveryPart() {
        assertThat(
                        Fixture.read(
                                KeyText::parse,
                                " client + Principal+header: X-Api-Key+path:id+ global+bean:tenant"))
                .containsExactly(
                        KeySource.CLIENT,
                        new KeySource(Kind.PRINCIPAL, ""),
                        new KeySource(Kind.HEADER, "X-Api-Key"),
                        new KeySource(Kind.PATH, "id"),
                        new KeySource(Kind.GLOBAL, ""),
                        new KeySource(Kind.BEAN, "tenant"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cleint | joined by + | client",
                "ip | joined by + | client",
                "user | joined by + | principal",
                "heder:X | joined by + | header",
                "GLOBL | joined by + | global",
                "session | joined by + |",
                "+client | joined by + |",
                "client+ | joined by + |",
                "client:x | client alone |",
                "global: | global alone |",
                "header | such as header:X-Api-Key |",
                "header: | such as header:X-Api-Key |",
                "header:X Key | such as header:X-Api-Key |",
                "header:X:Y | such as header:X-Api-Key |",
                "path | such as path:id |",
                "path:{id} | such as path:id |",
                "bean: | such as bean:tenant |",
                "bean:a b | such as bean:tenant |",
                "client+client | each part once |",
                "header:A+header:a | each part once |",
            })
    void saysWhatAKeyIs(String text, String expected, String meant) {
        Problem problem = Fixture.refuse(KeyText::parse, text);
        assertThat(problem.code()).isEqualTo(ProblemCode.KEY_TEXT);
        assertThat(problem.expected()).contains(expected);
        assertThat(problem.hint().orElse(null))
                .isEqualTo(meant == null ? null : "Did you mean \"" + meant + "\"?");
    }

    @Test
    void allowsTwoOfAKindWithDifferentNames() {
        assertThat(Fixture.read(KeyText::parse, "path:a+path:A+header:x+header:y")).hasSize(4);
    }

    @Property(tries = 300)
    void readsWhatItWrites(@ForAll("keys") List<KeySource> key) {
        assertThat(Fixture.read(KeyText::parse, KeyText.format(key))).isEqualTo(key);
    }

    @Property(tries = 300)
    void neverThrows(@ForAll String text) {
        Problems problems = new Problems();
        boolean read = KeyText.parse(new Text(text, "here", problems)).isPresent();
        assertThat(read).isEqualTo(problems.errors().isEmpty());
    }

    @Provide
    Arbitrary<List<KeySource>> keys() {
        Arbitrary<String> names =
                Arbitraries.strings().withCharRange('a', 'z').numeric().ofMinLength(1);
        return Combinators.combine(Arbitraries.of(Kind.class), names)
                .as((kind, name) -> new KeySource(kind, kind.named() ? name : ""))
                .list()
                .ofMinSize(1)
                .ofMaxSize(5)
                .uniqueElements()
                .map(ArrayList::new);
    }
}
