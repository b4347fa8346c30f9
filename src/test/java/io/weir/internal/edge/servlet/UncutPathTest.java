package io.weir.internal.edge.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Payara's own path ends at the first path parameter. */
class UncutPathTest {

    @ParameterizedTest
    @CsvSource({
        "/shop/api;a=b/search,       /api,        /api/search",
        "/shop/api;a=b/search;c,     /api,        /api/search",
        "/shop;x/api/search,         '',          /api/search",
        "/shop/api/a;b/%63+%2B,      /api/a,      /api/a/c++",
        "/shop//api;a/search,        /api,        /api/search",
        "/shop/x/../api;a/search,    /api,        /api/search",
        "/sh%6Fp/api;a/search,       /api,        /api/search",
        "/shop/api/search;a=b,       /api/search, ",
        "/shop/api/search/;a=b,      /api/search, ",
        "/shop/api;a/search,         /api/search, ",
        "/shop/x/..;/search,         /x/..,       ",
        "/other/api;a/search,        /api,        ",
        "/shop/api;a/%zz,            /api,        ",
    })
    void isWhatOthersGoBy(String uri, String routed, String expected) {
        assertThat(UncutPath.of(uri, "/shop", routed)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"/api;a=b/search, /api, /api/search", "/;a/search, /, /search"})
    void ofTheRoot(String uri, String routed, String expected) {
        assertThat(UncutPath.of(uri, "", routed)).isEqualTo(expected);
    }
}
