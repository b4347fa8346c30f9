package io.weir.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.Limit;
import io.weir.Policy;
import io.weir.internal.guard.Rule;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteTest {

    private static Route route(String path, String... methods) {
        Policy policy = Policy.of("p", new Limit.SlidingWindow(1, Duration.ofMinutes(1)));
        return new Route(
                Rule.of(() -> policy),
                new RouteSettings(path, Set.of(methods), RouteSettings.ENTRIES, List.of()));
    }

    private static Optional<Map<String, String>> match(Route route, String method, String path) {
        return match(route, Dispatch.REQUEST, method, path);
    }

    private static Optional<Map<String, String>> match(
            Route route, Dispatch dispatch, String method, String... paths) {
        List<List<String>> split = Arrays.stream(paths).map(Route::segments).toList();
        return Optional.ofNullable(route.match(dispatch, method, split, null));
    }

    /** Who writes more behind a path parameter is limited for both, and exempt only for both. */
    @ParameterizedTest
    @CsvSource({
        "/api,         /api/search,  true",
        "/api/search,  /api/search,  true",
        "/api/free,    /api/search,  true",
        "/api/search,  /api/free,    true",
        "/api/free,    /api/free/x,  true",
        "/api/free,    /api/free,    false",
        "/,            /,            false",
    })
    void aPathThatTheContainerReadsInAnotherWay(String routed, String written, boolean limited) {
        Policy policy = Policy.of("p", new Limit.SlidingWindow(1, Duration.ofMinutes(1)));
        Route route =
                new Route(
                        Rule.of(() -> policy),
                        new RouteSettings(
                                "/api/*", Set.of(), RouteSettings.ENTRIES, List.of("/api/free")));
        assertThat(
                        route.match(
                                Dispatch.REQUEST,
                                "GET",
                                List.of(Route.segments(routed)),
                                Route.segments(written)))
                .isEqualTo(limited ? Map.of() : null);
    }

    @ParameterizedTest
    @CsvSource({
        "/search,         /search,       true",
        "/search,         /search/,      true",
        "/search,         //search,      true",
        "/search,         /search/more,  false",
        "/search,         /searching,    false",
        "/search,         /Search,       false",
        "/search,         /,             false",
        "/api/*,          /api,          true",
        "/api/*,          /api/,         true",
        "/api/*,          /api/a/b/c,    true",
        "/api/*,          /apis,         false",
        "/api/*,          /,             false",
        "/*,              /,             true",
        "/*,              /a/b,          true",
        "/,               /,             true",
        "/,               /a,            false",
        "/products/{id},  /products/7,   true",
        "/products/{id},  /products/7/,  true",
        "/products/{id},  /products,     false",
        "/products/{id},  /products/7/8, false",
        "/p/{a}/{b}/*,    /p/1/2,        true",
        "/p/{a}/{b}/*,    /p/1,          false",
        "/caf%C3%A9,      /café,    true",
        "/café,      /café,    true",
        "/a%20b/*,        /a b/c,        true",
        "/a+b,            /a+b,          true"
    })
    void matches(String pattern, String path, boolean matches) {
        assertThat(match(route(pattern), "GET", path).isPresent()).isEqualTo(matches);
    }

    @Test
    void tellsTheValuesOfItsNames() {
        assertThat(match(route("/p/{a}/x/{b}"), "GET", "/p/1/x/two"))
                .contains(Map.of("a", "1", "b", "two"));
    }

    @ParameterizedTest
    @CsvSource({
        "GET,     true",
        "HEAD,    true",
        "get,     true",
        "POST,    true",
        "PUT,     false",
        "OPTIONS, false",
        "BREW,    false"
    })
    void narrowedToMethods(String method, boolean matches) {
        assertThat(match(route("/search", "GET", "POST"), method, "/search").isPresent())
                .isEqualTo(matches);
    }

    @Test
    void withoutMethodsItIsAllOfThem() {
        assertThat(match(route("/search"), "BREW", "/search")).isPresent();
    }

    private static Optional<Map<String, String>> match(
            RouteSettings rules, Dispatch dispatch, String... paths) {
        Policy policy = Policy.of("p", new Limit.SlidingWindow(1, Duration.ofMinutes(1)));
        return match(new Route(Rule.of(() -> policy), rules), dispatch, "GET", paths);
    }

    @Test
    void whatIsExemptIsNotLimited() {
        RouteSettings rules =
                new RouteSettings(
                        "/api/*",
                        Set.of(),
                        RouteSettings.ENTRIES,
                        List.of("/api/health", "/api/static/*", "/api/{v}/version"));
        for (String free :
                List.of("/api/health", "/api/health/", "/api/static/a/b", "/api/7/version")) {
            assertThat(match(rules, Dispatch.REQUEST, free)).as(free).isEmpty();
        }
        for (String limited : List.of("/api", "/api/healthy", "/api/health/x", "/api/statics")) {
            assertThat(match(rules, Dispatch.REQUEST, limited)).as(limited).isPresent();
        }
    }

    @Test
    void onlyRequestsThatCameOnItsWays() {
        for (Dispatch dispatch : Dispatch.values()) {
            assertThat(match(new RouteSettings("/a"), dispatch, "/a").isPresent())
                    .as(dispatch.name())
                    .isEqualTo(dispatch == Dispatch.REQUEST || dispatch == Dispatch.FORWARD);
            RouteSettings only = new RouteSettings("/a", Set.of(), Set.of(dispatch), List.of());
            for (Dispatch other : Dispatch.values()) {
                assertThat(match(only, other, "/a").isPresent()).isEqualTo(other == dispatch);
            }
        }
    }
}
