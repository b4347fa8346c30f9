package io.weir.guide;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.OnRefusal;
import io.weir.RateLimited;
import io.weir.RateLimiter;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.servlet.DispatcherType;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Policies of the filter. */
class PathsTest {

    private static final Map<String, String> PROXY =
            Map.of("weir.client.trusted-proxies", "127.0.0.1");

    @TempDir Path directory;

    @Test
    void severalPoliciesInTheirOrder() throws Exception {
        try (Served app = Served.with(directory, Snippets.settings("several paths"))) {
            assertThat(app.admitted("/api/search")).isEqualTo(60);
            HttpResponse<String> refused = app.get("/api/search");
            assertThat(refused.body()).contains("\"violated-policies\":[\"search\"]");
            assertThat(app.get("/api/other").statusCode()).isEqualTo(200);
            assertThat(app.get("/api").statusCode()).isEqualTo(200);
            app.page(
                    (request, response) ->
                            response.getWriter()
                                    .print(
                                            app.get(RateLimiter.class)
                                                    .peek("api")
                                                    .get(0)
                                                    .remaining()));
            assertThat(app.get("/outside").body())
                    .as("api was passed first, and stays paid where search refuses")
                    .isEqualTo("536");
        }
    }

    @Test
    void aTemplateItsMethodsAndItsKey() throws Exception {
        try (Served app = Served.with(directory, Snippets.settings("a template"))) {
            for (int i = 0; i < 3; i++) {
                assertThat(post(app, "/products/1/reviews", "ann")).isEqualTo(200);
            }
            assertThat(post(app, "/products/1/reviews", "ann")).isEqualTo(429);
            assertThat(post(app, "/products/2/reviews", "ann")).isEqualTo(200);
            assertThat(post(app, "/products/1/reviews", "bob")).isEqualTo(200);
            assertThat(app.get("/products/1/reviews", "X-User", "ann").statusCode()).isEqualTo(200);
        }
    }

    private static int post(Served app, String path, String user) throws Exception {
        return app.send("POST", path, "X-User", user).statusCode();
    }

    @Test
    void exemptions() throws Exception {
        try (Served app = Served.with(directory, Snippets.settings("exemptions", PROXY))) {
            assertThat(app.admitted("/")).isEqualTo(300);
            assertThat(app.get("/static/logo.svg").statusCode()).isEqualTo(200);
            assertThat(app.get("/health").statusCode()).isEqualTo(200);
            assertThat(app.get("/products").statusCode()).isEqualTo(429);
        }
    }

    @Test
    void networks() throws Exception {
        try (Served app =
                Served.with(directory, Snippets.settings("networks", PROXY), Annotated.class)) {
            assertThat(from(app, "198.51.100.7", "/open").statusCode()).isEqualTo(200);
            for (String exempt : List.of("10.1.2.3", "::ffff:10.1.2.3", "192.0.2.3")) {
                for (int i = 0; i < 6; i++) {
                    assertThat(from(app, exempt, "/login").statusCode()).isEqualTo(200);
                }
            }
            for (String denied : List.of("198.51.100.7", "2001:db8:bad::1", "203.0.113.5")) {
                HttpResponse<String> refused = from(app, denied, "/login");
                assertThat(refused.statusCode()).isEqualTo(403);
                assertThat(refused.headers().map()).doesNotContainKeys("Retry-After", "RateLimit");
                assertThat(refused.headers().firstValue("Cache-Control")).contains("no-store");
                assertThat(refused.body())
                        .contains("\"type\":\"about:blank\",\"title\":\"Forbidden\"")
                        .doesNotContain(denied);
            }
            app.page(
                    (request, response) -> {
                        app.get(Annotated.class).count();
                        response.getWriter().print(Annotated.CALLS.get());
                    });
            for (int i = 1; i <= 3; i++) {
                assertThat(from(app, "10.1.2.3", "/bean").body()).isEqualTo("" + i);
                assertThat(from(app, "198.51.100.7", "/bean").body())
                        .as("skipped")
                        .isEqualTo("" + i);
            }
            assertThat(from(app, "203.0.113.5", "/bean").body()).isEqualTo("4");
            assertThat(from(app, "203.0.113.5", "/bean").body()).as("counted").isEqualTo("4");
        }
    }

    private static HttpResponse<String> from(Served app, String client, String path)
            throws Exception {
        return app.get(path, "X-Forwarded-For", client);
    }

    @ApplicationScoped
    static class Annotated {

        static final AtomicInteger CALLS = new AtomicInteger();

        @RateLimited(name = "views", value = "1/h", onRefusal = OnRefusal.SKIP)
        void count() {
            CALLS.incrementAndGet();
        }
    }

    @Test
    void onlyWhereItIsIncluded() throws Exception {
        try (Served app = Served.with(directory, Snippets.settings("dispatchers"))) {
            app.page(
                    (request, response) -> {
                        if (request.getDispatcherType() == DispatcherType.REQUEST
                                && request.getRequestURI().equals("/page")) {
                            request.getRequestDispatcher("/fragments/menu")
                                    .include(request, response);
                        }
                    });
            for (int i = 0; i < 101; i++) {
                assertThat(app.get("/fragments/menu").statusCode()).isEqualTo(200);
            }
            assertThat(app.admitted("/page")).isEqualTo(100);
        }
    }

    @Test
    void aPreflightPassesAndARefusedRequestReachesNobody() throws Exception {
        try (Served app = Served.with(directory, Snippets.settings("a path"))) {
            app.admitted("/search");
            AtomicInteger served = new AtomicInteger();
            app.page((request, response) -> served.incrementAndGet());
            HttpResponse<String> refused = null;
            for (int i = 0; i < 100 && (refused == null || refused.statusCode() != 429); i++) {
                served.set(0);
                refused = app.get("/search");
            }
            assertThat(served).hasValue(0);
            for (int i = 0; i < 20; i++) {
                assertThat(
                                app.send(
                                                "OPTIONS",
                                                "/search",
                                                "Origin",
                                                "https://shop.example",
                                                "Access-Control-Request-Method",
                                                "GET")
                                        .statusCode())
                        .isEqualTo(200);
            }
        }
    }
}
