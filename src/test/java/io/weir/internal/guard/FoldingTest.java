package io.weir.internal.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FoldingTest {

    private static void same(String name, String... spellings) {
        assertThat(List.of(spellings)).allSatisfy(s -> assertThat(Folding.fold(s)).isEqualTo(name));
    }

    @Test
    void blanksAndCase() {
        same("ada", "ada", "ADA", "aDa", "Ada ", " ada", "\u00a0ada\u3000", "\tada\n");
        same("ada lovelace", "Ada Lovelace");
        same("", "", " ", "\u200b", "\u3164");
    }

    @Test
    void invisibleCharacters() {
        same("ada", "a\u200bda", "ada\u200d", "\ufeffada", "a\u00adda", "ada\ufe0f", "a\u2060da");
        same("ada", "a\u0000da", "a\u034fda", "\u3164ada", "\u115fada", "ad\udb40\udc41a");
        same("ada", " \u200b ada \u200b ");
    }

    @Test
    void formsOfOneCharacter() {
        same("ada", "\uff21\uff24\uff21", "\u24b6\u24b9\u24b6");
        same("j\u00fcrgen", "J\u00dcRGEN", "Ju\u0308rgen", "JU\u0308RGEN", "j\u00fcrgen");
        same("office", "o\ufb03ce");
    }

    @Test
    void lettersWithoutOneCapital() {
        same("strasse", "STRASSE", "stra\u00dfe", "STRA\u1e9eE");
        same(
                "\u03bf\u03b4\u03bf\u03c2",
                "\u039f\u0394\u039f\u03a3",
                "\u03bf\u03b4\u03bf\u03c3",
                "\u03bf\u03b4\u03bf\u03c2");
        same("i", "I", "\u0131"); // of Turkish, which in capitals is the same
    }

    @ParameterizedTest
    @CsvSource({"ada, eda", "a da, ada", "ada1, ada2", "ada@a, ada@b"})
    void otherNamesStayApart(String one, String other) {
        assertThat(Folding.fold(one)).isNotEqualTo(Folding.fold(other));
    }

    @Property
    void whatIsFoldedStaysAsItIs(@ForAll String text) {
        String folded = Folding.fold(text);
        assertThat(Folding.fold(folded)).isEqualTo(folded);
    }

    /** Of each character of Unicode that has a plane of letters. */
    @Test
    void capitalsAndSmallLettersAreOne() {
        List<String> apart = new ArrayList<>();
        for (int c = 0; c < 0x20000; c++) {
            String text = "a" + Character.toString(c) + "b";
            String folded = Folding.fold(text);
            if (!folded.equals(Folding.fold(folded))
                    || !folded.equals(Folding.fold(text.toUpperCase(Locale.ROOT)))
                    || !folded.equals(Folding.fold(text.toLowerCase(Locale.ROOT)))) {
                apart.add(Integer.toHexString(c));
            }
        }
        assertThat(apart).isEmpty();
    }
}
