package io.weir.shop;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the shop answers, whichever store counts: every test talks to a real server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ShopContract {

    static final String ORDER = "{\"productId\":1,\"quantity\":2}";

    private static final Pattern PRODUCT =
            Pattern.compile("\\{\"id\":([0-9]+),\"name\":\"([^\"]+)\",\"views\":([0-9]+)}");

    private ShopServer server;

    /** What tells the server which store to use. */
    abstract Map<String, String> store() throws Exception;

    /** What {@code api/client} is to say about it. */
    abstract String storeName();

    @BeforeAll
    void startServer() throws Exception {
        server = ShopServer.startForTest("it-" + storeName(), store());
    }

    @AfterAll
    void stopServer() {
        if (server != null) {
            server.close();
        }
    }

    ShopServer server() {
        return server;
    }

    ShopClient newClient() {
        return new ShopClient(server.page());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "index.html", "app.js", "style.css", "icon.svg"})
    void servesThePage(String file) throws Exception {
        HttpResponse<String> response = newClient().get(file);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().map()).doesNotContainKey("RateLimit");
    }

    /** Who has not the role sees what he sees where nothing is. */
    @Test
    void aScannerWithoutTheRoleFindsNothing() throws Exception {
        List<String> paths =
                List.of(
                        "",
                        "/",
                        "/console.js",
                        "/console.css",
                        "/console.html",
                        "/index.html",
                        "/api",
                        "/api/",
                        "/api/overview",
                        "/api/explain?client=192.0.2.1&path=/",
                        "/api/peek?policy=orders&key=192.0.2.1",
                        "/api/reset",
                        "/api/override",
                        "/api/clear",
                        "/api/token",
                        "/..;/x",
                        "/META-INF/",
                        "/%2e%2e/login",
                        // The same in other spellings.
                        ";a=1/api/overview",
                        "//api//overview",
                        "/./api/overview",
                        "/api/../api/overview",
                        "/api;a=1/overview;b=2",
                        "/api/overview/",
                        "/api/overview.json",
                        "/%61pi/%6fverview",
                        "/api%2foverview",
                        "/API/OVERVIEW",
                        "/api/reset/",
                        "/api/reset;a=1");
        List<String> methods =
                List.of(
                        "GET",
                        "HEAD",
                        "POST",
                        "PUT",
                        "DELETE",
                        "OPTIONS",
                        "PATCH",
                        "TRACE",
                        "PROPFIND",
                        "get",
                        "WEIR");
        List<String> headers =
                List.of(
                        "",
                        "Basic",
                        "Basic ",
                        "Basic !",
                        "Basic " + ConsoleClient.basic("operator"),
                        "Basic "
                                + ConsoleClient.basic("nobody:wrong"), // a known user is locked out
                        "Bearer x",
                        "Digest x",
                        "Negotiate x");
        for (String header : headers) {
            ConsoleClient scanner = new ConsoleClient(server, header);
            for (String method : methods) {
                for (String path : header.isEmpty() ? paths : List.of("/", "/api/overview")) {
                    HttpResponse<String> nothing = scanner.send(method, "weir-consolf" + path, "");
                    HttpResponse<String> found =
                            scanner.send(method, "weir-console" + path, "", "X-Weir-Token", "1");
                    String what = method + " " + path + " " + header;
                    // 404 also where the server would answer the method for nothing.
                    assertThat(found.statusCode()).as(what).isIn(404, nothing.statusCode());
                    // Which is another page: the second on Tomcat.
                    if (!path.contains("%2e%2e") && !path.contains("..;")) {
                        assertThat(found.statusCode()).as(what).isBetween(400, 499);
                    }
                    assertThat(found.headers().map())
                            .as(what)
                            .doesNotContainKeys(
                                    "WWW-Authenticate",
                                    "www-authenticate",
                                    "Location",
                                    "Set-Cookie",
                                    "Content-Security-Policy");
                    // Payara has one of its own, for every page.
                    assertThat(found.headers().allValues("X-Frame-Options"))
                            .as(what)
                            .isEqualTo(nothing.headers().allValues("X-Frame-Options"));
                    assertThat(found.body().replace("weir-console", "weir-consolf"))
                            .as(what)
                            .doesNotContainIgnoringCase("console");
                    if (method.equals("GET")) {
                        assertThat(found.statusCode()).as(what).isEqualTo(nothing.statusCode());
                        assertThat(fields(found)).as(what).isEqualTo(fields(nothing));
                    }
                }
            }
        }
    }

    /** Their names; servers end a connection after some hundred requests, whatever these are. */
    private static Set<String> fields(HttpResponse<String> answer) {
        Set<String> fields = new TreeSet<>(answer.headers().map().keySet());
        fields.remove("connection");
        return fields;
    }

    /**
     * Known, and without the role. WildFly tells by a cookie that ends at once that he is known.
     */
    @Test
    void aUserWithoutTheRoleFindsNothing() throws Exception {
        String pair = ServerKind.VISITOR + ":" + server.password();
        ConsoleClient visitor = new ConsoleClient(server, "Basic " + ConsoleClient.basic(pair));
        for (String path : List.of("/", "/console.js", "/api/overview", "/api/reset")) {
            for (String method : List.of("GET", "POST")) {
                HttpResponse<String> found = visitor.send(method, "weir-console" + path, "");
                assertThat(found.statusCode()).as(method + " " + path).isEqualTo(404);
                assertThat(found.body().replace("weir-console", ""))
                        .doesNotContainIgnoringCase("console");
            }
        }
    }

    @Test
    void whoHasTheRoleSeesThePageAndChangesNothingWithoutTheToken() throws Exception {
        ConsoleClient operator = new ConsoleClient(server);
        HttpResponse<String> page = operator.send("GET", "weir-console/", "");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("<title>Weir console</title>");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
        for (String file : List.of("console.js", "console.css")) {
            HttpResponse<String> served = operator.send("GET", "weir-console/" + file, "");
            assertThat(served.statusCode()).isEqualTo(200);
            assertThat(served.body().replace("'http://www.w3.org/2000/svg'", "")) // a name
                    .as(file)
                    .doesNotContain("http://", "https://");
        }
        String overview = operator.get("overview", Map.of());
        assertThat(overview).contains("\"name\":\"view_count\"", "\"application\":\"shop\"");
        assertThat(overview).contains("\"candidate\":{\"limit\":\"\""); // nobody tries one
        assertThat(overview).doesNotContain("198.51."); // of nobody in clear
        String reset = "policy=orders&key=192.0.2.77";
        for (String[] wrong : new String[][] {{}, {"X-Weir-Token", "1"}, {"Cookie", "token=1"}}) {
            assertThat(operator.send("POST", "weir-console/api/reset", reset, wrong).statusCode())
                    .isEqualTo(403);
        }
        String token = ConsoleClient.text(overview, "token");
        for (String site : List.of("cross-site", "same-site")) {
            assertThat(
                            operator.send(
                                            "POST",
                                            "weir-console/api/reset",
                                            reset,
                                            "X-Weir-Token",
                                            token,
                                            "Sec-Fetch-Site",
                                            site)
                                    .statusCode())
                    .isEqualTo(404);
        }
        assertThat(operator.send("PUT", "weir-console/api/reset", reset).statusCode())
                .isEqualTo(404);
        assertThat(operator.send("GET", "weir-console/api/reset", "").statusCode()).isEqualTo(404);
        assertThat(operator.send("GET", "weir-console/other", "").statusCode()).isEqualTo(404);
        assertThat(operator.post("reset", Map.of("policy", "order", "key", "192.0.2.77")))
                .contains("Did you mean");
        assertThat(operator.post("reset", Map.of("policy", "orders", "key", "192.0.2.77")))
                .contains("reset");
    }

    /**
     * What an attacker sends who has a browser of the operator's, or his words, but not his token.
     */
    @Test
    void whatComesWithoutTheTokenOrMakesNoSenseChangesNothing() throws Exception {
        ConsoleClient operator = new ConsoleClient(server);
        String host = server.page().getAuthority();
        String reset = "policy=orders&key=192.0.2.77";
        String token = ConsoleClient.text(operator.get("overview", Map.of()), "token");
        String[][] foreign = {
            {"Origin", "https://shop.example"},
            {"Origin", "null"},
            {"Origin", "http://" + host + ".shop.example"},
            {"Sec-Fetch-Site", "cross-site", "Origin", "http://" + host}
        };
        for (String[] headers : foreign) {
            String[] all =
                    Stream.concat(Stream.of("X-Weir-Token", token), Stream.of(headers))
                            .toArray(String[]::new);
            assertThat(operator.send("POST", "weir-console/api/reset", reset, all).statusCode())
                    .as(List.of(headers).toString())
                    .isEqualTo(404);
            assertThat(operator.send("GET", "weir-console/api/overview", "", all).statusCode())
                    .isEqualTo(404);
        }
        String[] own = {"X-Weir-Token", token, "Origin", "http://" + host};
        assertThat(operator.send("POST", "weir-console/api/reset", reset, own).statusCode())
                .isEqualTo(200);
        // Neither a method that is only written down nor a token in the address.
        String[] overridden = {"X-Weir-Token", token, "X-HTTP-Method-Override", "POST"};
        assertThat(
                        operator.send(
                                        "GET",
                                        "weir-console/api/reset?_method=POST&" + reset,
                                        "",
                                        overridden)
                                .statusCode())
                .isEqualTo(404);
        assertThat(
                        operator.send("POST", "weir-console/api/reset?X-Weir-Token=" + token, reset)
                                .statusCode())
                .isEqualTo(403);
        String[][] absurd = {
            {"99999999999999999999/min burst 1", "10min"},
            {"-1/min burst 10", "10min"},
            {"0/min burst 0", "10min"},
            {"60/min burst 99999999999", "10min"},
            {"60/min burst 10, 60/min burst 10", "10min"},
            {"60/99999999999999d burst 10", "10min"},
            {"60/min\nburst 10\r\n\r\n<script>", "10min"},
            {"${jndi:ldap://192.0.2.1/a}", "10min"},
            {"60/min burst 11", "999999999999d"},
            {"60/min burst 11", "99999999999999999999s"},
            {"60/min burst 11", "-5min"},
            {"60/min burst 11", "0s"},
            {"60/min burst 11", "PT-1H"},
            {"60/min burst 11", ""},
            {"x".repeat(5_000), "10min"}
        };
        for (String[] one : absurd) {
            Map<String, String> fields =
                    Map.of("policy", "search", "limit", one[0], "lasts", one[1]);
            HttpResponse<String> answer =
                    operator.send(
                            "POST",
                            "weir-console/api/override",
                            ConsoleClient.form(fields),
                            "X-Weir-Token",
                            token);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
            assertThat(answer.body()).startsWith("{\"error\":").doesNotContain("<");
            assertThat(answer.body().length()).isLessThan(2_000);
            isSafe(answer);
        }
        Map<String, String> search = Map.of("client", "192.0.2.77", "path", "/search");
        assertThat(operator.get("explain", search)).contains("\"override\":\"\"");
        String script = "<script>alert(1)</script>\"'\u2028";
        for (Map<String, String> fields :
                List.of(
                        Map.of("client", script, "path", script, "user", script),
                        Map.of("client", script, "policy", script),
                        Map.of("client", "192.0.2.1", "policy", "search", "id", script))) {
            HttpResponse<String> answer =
                    operator.send(
                            "GET", "weir-console/api/explain?" + ConsoleClient.form(fields), "");
            assertThat(answer.statusCode()).isIn(200, 400);
            assertThat(answer.body()).doesNotContain("<").doesNotContain("\u2028");
            isSafe(answer);
        }
        HttpResponse<String> head = operator.send("HEAD", "weir-console/api/overview", "");
        assertThat(head.body()).isEmpty();
        isSafe(head);
        isSafe(operator.send("POST", "weir-console/api/reset", reset));
        for (String method : List.of("OPTIONS", "TRACE", "PUT", "DELETE", "PATCH", "post")) {
            assertThat(operator.send(method, "weir-console/api/reset", "").statusCode())
                    .as(method)
                    .isBetween(400, 499);
        }
    }

    /** Kept nowhere, guessed by nobody, shown in no frame, whatever the status. */
    private static void isSafe(HttpResponse<String> answer) {
        assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
                .isEqualToIgnoringCase("application/json;charset=UTF-8");
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(answer.headers().firstValue("X-Frame-Options")).hasValue("DENY");
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'", "frame-ancestors 'none'");
    }

    /** Whatever this server calls its servlets, and wherever JAX-RS is mapped. */
    @Test
    void itIsExplainedWhatTheServerThenAsks() throws Exception {
        ConsoleClient operator = new ConsoleClient(server);
        for (String path :
                List.of(
                        "",
                        "search?q=tea",
                        "index.html",
                        "api/products",
                        "api/products/1",
                        "api/products/1/",
                        "api/products;v=1/%31",
                        "api/cache",
                        "api/client",
                        "api/orders",
                        "api/none",
                        "operator/none")) {
            ShopClient client = newClient();
            Map<String, String> fields =
                    Map.of("client", client.address(), "path", "/shop/" + path);
            String told = operator.get("explain", fields);
            HttpResponse<String> got = client.get(path);
            Set<String> names = new TreeSet<>();
            Matcher named = Pattern.compile("\"policy\":\"([^\"]+)\"").matcher(told);
            named.results().forEach(one -> names.add(one.group(1)));
            Set<String> charged = new TreeSet<>();
            for (String line : got.headers().allValues("RateLimit-Policy")) {
                Pattern.compile("\"([^\"]+)\";q")
                        .matcher(line)
                        .results()
                        .forEach(one -> charged.add(one.group(1)));
            }
            assertThat(names).as(path + ": " + got.statusCode() + told).isEqualTo(charged);
            assertThat(told).as(path).contains("\"decision\":\"admitted\"");
        }
        // Where no servlet is mapped JAX-RS may be a filter, and nobody can tell.
        Map<String, String> elsewhere = Map.of("client", "192.0.2.1", "path", "/none/products/1");
        assertThat(operator.get("explain", elsewhere)).contains("\"decision\":\"undecided\"");
    }

    /** The three ways in which the page lets who signs in at the shop in, too. */
    @Test
    void whoSignsInAtTheShopIsKnownToTheConsole() throws Exception {
        CookieManager cookies = new CookieManager();
        HttpClient browser =
                HttpClient.newBuilder()
                        .cookieHandler(cookies)
                        .followRedirects(HttpClient.Redirect.ALWAYS)
                        .build();
        URI operator = URI.create(server.page() + "operator/");
        assertThat(
                        browser.send(
                                        HttpRequest.newBuilder(operator).build(),
                                        BodyHandlers.ofString())
                                .body())
                .contains("j_security_check");
        HttpRequest login =
                HttpRequest.newBuilder(operator.resolve("j_security_check"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(
                                BodyPublishers.ofString(
                                        "j_username=operator&j_password=" + server.password()))
                        .build();
        assertThat(browser.send(login, BodyHandlers.ofString()).body())
                .contains("/shop/weir-console/");
        URI console = URI.create(server.page() + "weir-console/api/overview");
        assertThat(
                        browser.send(
                                        HttpRequest.newBuilder(console).build(),
                                        BodyHandlers.ofString())
                                .body())
                .contains("\"user\":\"operator\"");
    }

    @Test
    void listsProducts() throws Exception {
        HttpResponse<String> response = newClient().get("api/products");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type").orElseThrow())
                .startsWith("application/json");
        assertThat(products(response)).hasSizeGreaterThanOrEqualTo(2);
        assertThat(response.headers().allValues("RateLimit-Policy"))
                .containsExactly("\"products\";q=100;w=60");
        assertThat(ShopClient.remaining(response, "products")).isEqualTo(99);
    }

    @Test
    void showsAProduct() throws Exception {
        HttpResponse<String> response = newClient().get("api/products/1");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body())
                .matches("\\{\"id\":1,\"name\":\"Brass kettle\",\"views\":[1-9][0-9]*}");
        // The limit that only skips is none of the client's business.
        assertThat(response.headers().allValues("RateLimit-Policy"))
                .containsExactly("\"product\";q=100;w=60");
        assertThat(ShopClient.remaining(response, "product")).isEqualTo(99);
    }

    @Test
    void countsAViewOnceForEachClientAndProduct() throws Exception {
        ShopClient first = newClient();
        ShopClient second = newClient();
        long before = views(first.get("api/products"), 3);

        assertThat(view(first, 3)).isEqualTo(before + 1);
        assertThat(view(first, 3)).isEqualTo(before + 1);
        assertThat(view(second, 3)).isEqualTo(before + 2);
        assertThat(view(first, 4)).isPositive();
        assertThat(view(first, 3)).isEqualTo(before + 2);
        assertThat(views(first.get("api/products"), 3)).isEqualTo(before + 2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"0", "-1", "999", "x", "1.0", "99999999999999999999", "%00", "%C3%A9", "1x"})
    void knowsNoSuchProduct(String id) throws Exception {
        assertThat(newClient().get("api/products/" + id).statusCode()).isIn(400, 404);
    }

    @Test
    void refusesTheHundredAndFirstReadOfAMinute() throws Exception {
        ShopClient client = newClient();
        for (int left = 99; left >= 0; left--) {
            HttpResponse<String> admitted = client.get("api/products/2");
            assertThat(admitted.statusCode()).isEqualTo(200);
            assertThat(ShopClient.remaining(admitted, "product")).isEqualTo(left);
        }

        HttpResponse<String> refused = client.get("api/products/2");

        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(retryAfter(refused)).isBetween(1L, 60L);
        assertThat(refused.headers().allValues("Cache-Control")).containsExactly("no-store");
        assertThat(refused.headers().firstValue("Content-Type").orElseThrow())
                .startsWith("application/problem+json");
        assertThat(refused.body())
                .contains(
                        "https://iana.org/assignments/http-problem-types#quota-exceeded",
                        "\"title\":\"Too Many Requests\"",
                        "\"status\":429",
                        "\"violated-policies\":[\"product\"]")
                .doesNotContain(client.address());
        assertThat(ShopClient.limits(refused, "RateLimit").get("product"))
                .containsEntry("r", 0L)
                .containsEntry("t", retryAfter(refused));
        // What has a limit of its own, and whoever else is there, is not concerned.
        assertThat(client.get("api/products").statusCode()).isEqualTo(200);
        assertThat(newClient().get("api/products/2").statusCode()).isEqualTo(200);
    }

    @Test
    void takesAnOrder() throws Exception {
        HttpResponse<String> response = newClient().order(ORDER);

        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(response.body()).isEqualTo(ORDER);
        assertThat(response.headers().allValues("RateLimit-Policy"))
                .containsExactly("\"orders-1s\";q=3;w=1, \"orders-60s\";q=20;w=60");
        assertThat(ShopClient.remaining(response, "orders-60s")).isEqualTo(19);
    }

    @Test
    void aPartnerMayOrderMore() throws Exception {
        ShopClient partner = new ShopClient(server.page(), "192.0.2.7");
        for (int i = 0; i < 5; i++) {
            HttpResponse<String> response = partner.order(ORDER);
            assertThat(response.statusCode()).isEqualTo(201);
            assertThat(response.headers().allValues("RateLimit-Policy"))
                    .containsExactly("\"orders-1s\";q=10;w=1, \"orders-60s\";q=200;w=60");
        }
    }

    /** A day of Paris has 23 to 25 hours. */
    @Test
    void aMerchantHasAQuotaForTheDay() throws Exception {
        HttpResponse<String> answer = newClient().tryToRename(2, "Oak chessboard", "nobody's");
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().allValues("RateLimit-Policy"))
                .singleElement()
                .asString()
                .matches("\"rename-60s\";q=10;w=60, \"rename-day\";q=500;w=(82800|86400|90000)");
        assertThat(ShopClient.remaining(answer, "rename-day")).isEqualTo(499);
    }

    @Test
    void refusedOrdersUseUpNothing() throws Exception {
        ShopClient client = newClient();
        int admitted = 0;
        int refused = 0;
        HttpResponse<String> last = null;
        while (refused < 1_000) {
            last = client.order(ORDER);
            assertThat(last.statusCode()).isIn(201, 429);
            if (last.statusCode() == 201) {
                admitted++;
            } else {
                refused++;
            }
            assertThat(ShopClient.remaining(last, "orders-60s"))
                    .as("after %d admitted and %d refused", admitted, refused)
                    .isEqualTo(20 - admitted);
        }
        assertThat(admitted).isBetween(3, 20);
        // Who waits so long is admitted: LimitsTest.
        assertThat(retryAfter(last)).isBetween(1L, 60L);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "nonsense",
                "null",
                "true",
                "1",
                "\"text\"",
                "[]",
                "[{\"productId\":1,\"quantity\":2}]",
                "{}",
                "{\"productId\":1}",
                "{\"quantity\":2}",
                "{\"productId\":null,\"quantity\":2}",
                "{\"productId\":\"1\",\"quantity\":2}",
                "{\"productId\":1,\"quantity\":\"2\"}",
                "{\"productId\":1,\"quantity\":true}",
                "{\"productId\":1,\"quantity\":[2]}",
                "{\"productId\":1,\"quantity\":{\"n\":2}}",
                "{\"productId\":1,\"quantity\":0}",
                "{\"productId\":1,\"quantity\":-1}",
                "{\"productId\":1,\"quantity\":2.5}",
                "{\"productId\":1,\"quantity\":101}",
                "{\"productId\":1,\"quantity\":4294967297}",
                "{\"productId\":1,\"quantity\":18446744073709551617}",
                "{\"productId\":1,\"quantity\":1e999999999}",
                "{\"productId\":1,\"quantity\":1e-999999999}",
                "{\"productId\":1,\"quantity\":1e99999999999}",
                "{\"productId\":1,\"quantity\":1e-99999999999}",
                "{\"productId\":1,\"quantity\":1e-2147483648}",
                "{\"productId\":1e-2147483648,\"quantity\":2}",
                "{\"productId\":1,\"quantity\":2,\"note\":1e99999999999}",
                "{\"productId\":1,\"quantity\":NaN}",
                "{\"productId\":0,\"quantity\":2}",
                "{\"productId\":999,\"quantity\":2}",
                "{\"productId\":1.5,\"quantity\":2}",
                "{\"productId\":1,\"quantity\":2}}",
                "{\"productId\":1,\"quantity\":2} trailing",
                "{\"productId\":1,\"quantity\":2,}",
                "{\"productId\":1,\"quantity\":2}{\"productId\":1,\"quantity\":2}",
                "{'productId':1,'quantity':2}",
                "productId=1&quantity=2",
                "<order productId='1' quantity='2'/>"
            })
    void refusesABodyThatIsNoOrder(String body) throws Exception {
        assertThat(newClient().order(body).statusCode()).isEqualTo(400);
    }

    static Stream<byte[]> hugeOrGarbled() {
        String nested = "[".repeat(100_000) + "]".repeat(100_000);
        return Stream.of(
                nested.getBytes(UTF_16),
                ("{\"productId\":1,\"quantity\":" + nested + "}").getBytes(ISO_8859_1),
                "{\"a\":".repeat(150).getBytes(ISO_8859_1),
                ("{\"productId\":1,\"quantity\":" + "9".repeat(900) + "}").getBytes(ISO_8859_1),
                ("{\"productId\":1,\"quantity\":" + "9".repeat(900_000) + "}").getBytes(ISO_8859_1),
                "{\"productId\":1,\"quantity\":2,\"note\":\"\u00e9\"}".getBytes(ISO_8859_1),
                ORDER.getBytes(UTF_16),
                new byte[] {0},
                new byte[] {(byte) 0xff, (byte) 0xfe, (byte) 0x80});
    }

    @ParameterizedTest
    @MethodSource("hugeOrGarbled")
    void refusesABodyThatIsHugeOrGarbled(byte[] body) throws Exception {
        assertThat(newClient().order("application/json", body).statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/xml", "application/x-www-form-urlencoded"})
    void refusesOtherTypesOfBody(String contentType) throws Exception {
        byte[] body = ORDER.getBytes(ISO_8859_1);

        assertThat(newClient().order(contentType, body).statusCode()).isEqualTo(415);
    }

    @Test
    void aRefusalIsDecidedBeforeTheBodyIsRead() throws Exception {
        ShopClient client = newClient();
        int status;
        int sent = 0;
        do {
            status = client.order("{").statusCode();
            sent++;
        } while (status == 400 && sent < 100);

        assertThat(status).isEqualTo(429);
    }

    @Test
    void searches() throws Exception {
        ShopClient client = newClient();

        HttpResponse<String> found = client.get("search?q=KETTLE%20");

        assertThat(found.statusCode()).isEqualTo(200);
        assertThat(products(found)).extracting(Product::name).containsExactly("Brass kettle");
        assertThat(products(client.get("search?q=nothing%20like%20it"))).isEmpty();
        assertThat(products(client.get("search"))).isEqualTo(products(client.get("search?q=")));
        assertThat(found.headers().allValues("RateLimit-Policy"))
                .containsExactly("\"search\";q=10;w=10");
    }

    @Test
    void refusesTheEleventhSearchAtOnce() throws Exception {
        ShopClient client = newClient();
        long begun = System.nanoTime();
        int admitted = 0;
        HttpResponse<String> last = null;
        for (int i = 0; i < 50; i++) {
            last = client.get("search?q=tea");
            assertThat(last.statusCode()).isIn(200, 429);
            admitted += last.statusCode() == 200 ? 1 : 0;
        }
        long seconds = (System.nanoTime() - begun) / 1_000_000_000;

        assertThat(admitted).isBetween(10, (int) Math.min(50, 11 + seconds));
        if (last.statusCode() == 429) {
            assertThat(retryAfter(last)).isEqualTo(1);
        }
    }

    @Test
    void aRefusalSpeaksTheLanguageOfTheClient() throws Exception {
        ShopClient client = newClient();
        HttpResponse<String> html;
        int sent = 0;
        do {
            html = client.get("search?q=%3Cscript%3E", "text/html");
            sent++;
        } while (html.statusCode() == 200 && sent < 50);

        assertThat(html.statusCode()).isEqualTo(429);
        assertThat(html.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/html");
        assertThat(html.body()).doesNotContain("<script>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"search?q=%3Cscript%3E", "api/%3Cscript%3E", "%3Cscript%3E"})
    void reflectsNothing(String path) throws Exception {
        assertThat(newClient().get(path, "text/html").body()).doesNotContain("<script>");
    }

    @Test
    void tellsWhomItTakesTheClientFor() throws Exception {
        ShopClient client = newClient();

        HttpResponse<String> response = client.get("api/client");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body())
                .isEqualTo(
                        "{\"peer\":\"127.0.0.1\",\"address\":\"%s\",\"key\":\"%s\",\"findings\":[],\"store\":\"%s\"}",
                        client.address(), client.address(), storeName());
        assertThat(response.headers().map())
                .doesNotContainKeys("RateLimit", "RateLimit-Policy", "Retry-After");
    }

    static Stream<String> oddRequests() {
        List<String> paths =
                List.of(
                        "/shop",
                        "/shop/",
                        "/shop/app.js",
                        "/shop/api",
                        "/shop/api/products",
                        "/shop/api/products/1",
                        "/shop/api/orders",
                        "/shop/api/client",
                        "/shop/search?q=tea");
        Stream<String> methods =
                Stream.of(
                                "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE",
                                "BREW")
                        .flatMap(
                                method ->
                                        paths.stream()
                                                .map(
                                                        path ->
                                                                method
                                                                        + " "
                                                                        + path
                                                                        + " HTTP/1.1\r\n"));
        Stream<String> fields =
                Stream.of(
                                "Accept: image/png",
                                "Accept: nonsense",
                                "Accept: ///;;;,,,",
                                "Accept: */*;q=2",
                                "Accept-Encoding: ;;;q=x",
                                "Accept-Language: \u00ff;q=-1",
                                "Content-Type: nonsense",
                                "Content-Type: application/json; charset=nonsense",
                                "Content-Type: multipart/form-data",
                                "Cookie: =;;=\"",
                                "If-Modified-Since: yesterday",
                                "Range: bytes=9-1",
                                "Range: bytes=99999999999999999999-",
                                "Forwarded: for=;;,",
                                "X-Forwarded-For: nonsense, ,",
                                "Origin: nonsense",
                                "Authorization: Basic !!!")
                        .flatMap(
                                field ->
                                        paths.stream()
                                                .map(
                                                        path ->
                                                                "GET "
                                                                        + path
                                                                        + " HTTP/1.1\r\n"
                                                                        + field
                                                                        + "\r\n"));
        Stream<String> targets =
                Stream.of(
                                "search?q=%",
                                "search?q=%zz",
                                "search?q=%00",
                                "search?q=%ff%fe",
                                "search?q=%c0%af",
                                "search?q=\u00e9",
                                "search?q=[]{}|^`",
                                "search?=&&=&q",
                                "search?q=" + "x".repeat(7_000),
                                "search?" + "q=x&".repeat(1_500),
                                "search;q=1",
                                "search/x",
                                "api/products/%zz",
                                "api/products/%2F",
                                "api/products/1;a=b",
                                "api/products//1",
                                "api/..%2f..%2f",
                                "%2e%2e/%2e%2e/",
                                "WEB-INF/classes/META-INF/weir.properties",
                                "\\",
                                "%")
                        .map(target -> "GET /shop/" + target + " HTTP/1.1\r\n");
        return Stream.of(methods, fields, targets).flatMap(requests -> requests);
    }

    @ParameterizedTest
    @MethodSource("oddRequests")
    void noRequestIsTheServersFault(String head) throws Exception {
        assertThat(newClient().raw(head, new byte[0])).isBetween(200, 499);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/x-www-form-urlencoded",
                "application/json",
                "multipart/form-data",
                "multipart/form-data; boundary=x",
                "nonsense",
                "application/json; charset=nonsense"
            })
    void noBodyIsTheServersFault(String contentType) throws Exception {
        byte[] body = "q=%zz&=&%00".getBytes(ISO_8859_1);
        for (String path : List.of("search", "api/orders", "api/products", "")) {
            String head =
                    "POST /shop/%s HTTP/1.1\r\nContent-Type: %s\r\nContent-Length: %d\r\n"
                            .formatted(path, contentType, body.length);
            // Tomcat and Payara serve a page to whoever posts to it.
            int least = path.isEmpty() ? 200 : 400;
            assertThat(newClient().raw(head, body)).as(head).isBetween(least, 499);
        }
    }

    @Test
    void aBodyThatIsCutOffIsNotTheServersFault() throws Exception {
        String head =
                "POST /shop/api/orders HTTP/1.1\r\n"
                        + "Content-Type: application/json\r\nContent-Length: 28\r\n";

        int status = newClient().raw(head, "{\"productId\":1,".getBytes(ISO_8859_1));

        // Payara hangs up on who has hung up: it lets nobody answer him.
        assertThat(status).isEqualTo(ShopServer.kind() == ServerKind.PAYARA ? 0 : 400);
    }

    private static List<Product> products(HttpResponse<String> response) {
        String item = PRODUCT.pattern();
        assertThat(response.body()).matches("\\[(%s(,%s)*)?]".formatted(item, item));
        return PRODUCT.matcher(response.body())
                .results()
                .map(
                        product ->
                                new Product(
                                        Long.parseLong(product.group(1)),
                                        product.group(2),
                                        Long.parseLong(product.group(3))))
                .toList();
    }

    private static long views(HttpResponse<String> list, long id) {
        return products(list).stream()
                .filter(product -> product.id() == id)
                .findFirst()
                .orElseThrow()
                .views();
    }

    private static long view(ShopClient client, long id) throws Exception {
        HttpResponse<String> response = client.get("api/products/" + id);
        assertThat(response.statusCode()).isEqualTo(200);
        Matcher product = PRODUCT.matcher(response.body());
        assertThat(product.matches()).as(response.body()).isTrue();
        return Long.parseLong(product.group(3));
    }

    private static long retryAfter(HttpResponse<?> response) {
        return response.headers().firstValueAsLong("Retry-After").orElseThrow();
    }
}
