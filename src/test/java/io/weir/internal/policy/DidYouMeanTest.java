package io.weir.internal.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DidYouMeanTest {

    private static final List<String> WORDS =
            List.of("client", "view_count", "weir.client.trusted-proxies", "off");

    @ParameterizedTest
    @CsvSource({
        "cleint, client",
        "clients, client",
        "CLIENT, client",
        "klyent, client",
        "klyend,",
        "view-count, view_count",
        "veiw_cuont, view_count",
        "weir.client.trusted_proxys, weir.client.trusted-proxies",
        "of, off",
        "ofen,",
        "'',",
        "something else,",
    })
    void findsTheNearest(String given, String nearest) {
        assertThat(DidYouMean.nearest(given, WORDS).orElse(null)).isEqualTo(nearest);
    }

    @Test
    void prefersTheNearerAndThenTheFirst() {
        assertThat(DidYouMean.nearest("abcde", List.of("abcxy", "abcdx", "abcdy")))
                .hasValue("abcdx");
        assertThat(DidYouMean.hint("abcde", List.of("abcd"))).hasValue("Did you mean \"abcd\"?");
    }
}
