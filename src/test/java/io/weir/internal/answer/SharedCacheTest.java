package io.weir.internal.answer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SharedCacheTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "public                          | true",
                "Public, max-age=0               | true",
                "max-age=60                      | true",
                "max-age=\"60\"                  | true",
                "s-maxage=60, max-age=0          | true",
                "private=\"Set-Cookie\", max-age=9 | true",
                "max-age=60, must-revalidate     | true",
                "max-age=0                       | false",
                "no-cache                        | false",
                "no-store                        | false",
                "NO-STORE, max-age=60            | false",
                "private, max-age=60             | false",
                "private, s-maxage=60            | false",
            })
    void bySayingSo(String cacheControl, boolean may) {
        assertThat(
                        SharedCache.mayKeep(
                                name ->
                                        name.equals("Cache-Control")
                                                ? List.of(cacheControl)
                                                : List.of()))
                .isEqualTo(may);
    }

    @Test
    void bySeveralLines() {
        assertThat(SharedCache.mayKeep(name -> List.of("public", "no-store"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "Expires, '', true",
        "Last-Modified, '', true",
        "CDN-Cache-Control, '', true",
        "Surrogate-Control, '', true",
        "ETag, '', false",
        "Last-Modified, no-cache, false",
        "Expires, private, false",
    })
    void byWhatElseItSays(String field, String cacheControl, boolean may) {
        assertThat(
                        SharedCache.mayKeep(
                                name ->
                                        name.equals(field)
                                                ? List.of("x")
                                                : name.equals("Cache-Control")
                                                        ? List.of(cacheControl)
                                                        : List.of()))
                .isEqualTo(may);
    }
}
