package io.weir.internal.edge.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Containers resolve dots, end the path at a parameter, or take an encoded slash for one. */
class WrittenPathTest {

    @ParameterizedTest
    @CsvSource({
        "/shop/api;a=b/search,       api|search",
        "/shop/api;a=b/search;c,     api|search",
        "/shop;x/api/search,         api|search",
        "/shop/api/a;b/%63+%2B,      api|a|c++",
        "/shop//api;a/search,        api|search",
        "/shop/api/search/;a=b,      api|search",
        "/shop/x/../api;a/search,    x|..|api|search",
        "/shop/x/..;/search,         x|..|search",
        "/sh%6Fp/api;a/search,       api|search",
        "/x/../shop/api;a,           api",
        "/shop/./api;a,              api",
        "/shop/api/a%2Fb,            api|a/b",
        "/shop/api/a%2fb,            api|a/b",
        "/shop/api/%3Bb,             api|;b",
        "/shop/api/.,                api|.",
        "/shop/api/%2e%2E,           api|..",
        "/shop/api/../x,             api|..|x",
        "/shop/api/.well-known,      ",
        "/shop/api/a%20b,            ",
        "/shop/api/search,           ",
        "/other/api;a/search,        ",
        "/shop/../api/..;/x,         ",
        "/shop/api;a/%zz,            ",
    })
    void isWhatJaxRsGoesBy(String uri, @Nullable String expected) {
        assertThat(WrittenPath.of(uri, "/shop")).isEqualTo(segments(expected));
    }

    @ParameterizedTest
    @CsvSource({"/api;a=b/search, api|search", "/;a/search, search", "/api/.., api|.."})
    void ofTheRoot(String uri, String expected) {
        assertThat(WrittenPath.of(uri, "")).isEqualTo(segments(expected));
    }

    private static @Nullable List<String> segments(@Nullable String joined) {
        return joined == null ? null : List.of(joined.split("\\|"));
    }
}
