package io.weir.internal.answer;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MediaTypeTest {

    @Test
    void absentIsAProblem() {
        assertThat(MediaType.accepted(null)).isEqualTo(MediaType.PROBLEM_JSON);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // what clients send
                "`` | PROBLEM_JSON",
                "*/* | PROBLEM_JSON",
                "application/json | PROBLEM_JSON",
                "application/problem+json | PROBLEM_JSON",
                "application/* | PROBLEM_JSON",
                "application/json, text/plain, */* | PROBLEM_JSON",
                "application/json, text/javascript, */*; q=0.01 | PROBLEM_JSON",
                "application/vnd.shop+json, */*;q=0.1 | PROBLEM_JSON",
                "image/avif,image/webp,*/*;q=0.8 | PROBLEM_JSON",
                "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8 | HTML",
                "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2 | HTML",
                "text/html, */* | HTML",
                "text/html, text/plain, text/css, */*;q=0.01 | HTML",
                "text/plain | PLAIN",
                "text/plain, */*;q=0.1 | PLAIN",
                // weights
                "text/html;q=0.5, text/plain | PLAIN",
                "text/html;q=0.5, text/plain;q=0.6, application/json;q=0.7 | PROBLEM_JSON",
                "text/html;q=0.701, application/json;q=0.7 | HTML",
                "text/html, application/json | PROBLEM_JSON",
                "text/*;q=1, text/html;q=0.1 | PLAIN",
                "text/* | HTML",
                "*/*, application/problem+json;q=0.1 | HTML",
                "application/problem+json;q=0.1, application/json, text/plain;q=0.5 | PLAIN",
                "application/json;q=0.1, application/*, text/plain;q=0.5 | PLAIN",
                "*/*;q=0.1, text/*;q=0 | PROBLEM_JSON",
                "application/*;q=0, text/html;q=0, */*;q=0.1 | PLAIN",
                "text/plain;q=0.2, text/plain;q=0.9, text/html;q=0.5 | PLAIN",
                // nothing acceptable: the default
                "image/png | PROBLEM_JSON",
                "application/xml | PROBLEM_JSON",
                "*/*;q=0 | PROBLEM_JSON",
                "text/html;q=0 | PROBLEM_JSON",
                // spelling
                "TEXT/HTML;Q=1.000 | HTML",
                "text/html ; q=1. , text/plain ; q=0. | HTML",
                "text/html;charset=utf-8 | HTML",
                "text/html;level=1;q=0.3, text/plain;q=0.4 | PLAIN",
                "text/html;x=\"a,b;q=0\";q=1, text/plain;q=0.5 | HTML",
                "text/html;x=\"\\\",text/plain;q=1\";q=0.1, text/plain;q=0.5 | PLAIN",
                ",, ,text/plain,, | PLAIN",
                // what does not parse
                "text | PROBLEM_JSON",
                "; | PROBLEM_JSON",
                ";q=1 | PROBLEM_JSON",
                "text/html;q=nonsense | PROBLEM_JSON",
                "text/html;q=1.001 | PROBLEM_JSON",
                "text/html;q=2 | PROBLEM_JSON",
                "text/html;q=-1 | PROBLEM_JSON",
                "text/html;q=NaN | PROBLEM_JSON",
                "text/html;q=1e0 | PROBLEM_JSON",
                "text/html;q= | PROBLEM_JSON",
                "text/html;q=nonsense, text/plain;q=0.1 | PLAIN",
                "text/html;\" , text/plain | HTML",
            })
    void theHeaviestTypeWins(String accept, MediaType expected) {
        assertThat(MediaType.accepted(accept)).isEqualTo(expected);
    }

    @Property
    void nothingThrows(@ForAll String any) {
        assertThat(MediaType.accepted(any)).isNotNull();
    }

    @Property
    void nothingCloseToAnAcceptThrows(
            @ForAll
                    @Chars({'*', '/', ';', ',', '=', 'q', '.', '"', '\\', ' '})
                    @CharRange(from = '0', to = '2')
                    String any) {
        assertThat(MediaType.accepted(any)).isNotNull();
    }
}
