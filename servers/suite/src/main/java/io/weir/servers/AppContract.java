package io.weir.servers;

import static io.weir.servers.Answers.assertAdmitted;
import static io.weir.servers.Answers.assertRefused;
import static io.weir.servers.Answers.field;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.servers.app.Order;
import java.net.URL;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds on every server and with every store; each test is a client of its own. */
@ExtendWith(ArquillianExtension.class)
abstract class AppContract {

    @ArquillianResource URL url;

    Client client;

    abstract String store();

    @BeforeEach
    void newClient() {
        client = new Client(url);
        client.awaitStore(store());
    }

    @Test
    void theClientIsToldByTheTrustedProxy() {
        assertAdmitted(client.get("limiter/client"), client.address() + " " + client.address());
    }

    /** It is an artifact of its own, which is not here. */
    @Test
    void thereIsNoConsole() {
        for (String path : List.of("weir-console/", "weir-console/api/overview", "weir-consolf/")) {
            assertThat(client.get(path).statusCode()).as(path).isEqualTo(404);
        }
    }

    @Test
    void anAnnotatedManagedResource() {
        assertTwoAdmittedThenRefused("api/managed", "managed");
    }

    @Test
    void anAnnotatedResourceThatNobodyManages() {
        assertTwoAdmittedThenRefused("api/plain", "plain");
    }

    private void assertTwoAdmittedThenRefused(String path, String body) {
        HttpResponse<String> first = client.get(path);
        assertAdmitted(first, body);
        assertThat(field(first, "RateLimit-Policy")).contains(";q=2;w=60");
        assertThat(field(first, "RateLimit")).contains(";r=1");
        assertAdmitted(client.get(path), body);
        assertRefused(client.get(path), 2);
        assertAdmitted(new Client(url).get(path), body);
    }

    @Test
    void aManagedResourceRefusesBeforeTheEntityIsParsed() {
        assertRefusedUnparsed("api/managed");
    }

    @Test
    void anUnmanagedResourceRefusesBeforeTheEntityIsParsed() {
        assertRefusedUnparsed("api/plain");
    }

    private void assertRefusedUnparsed(String path) {
        assertThat(client.post(path, Order.TYPE, "7 x 1").statusCode()).isEqualTo(200);
        assertThat(client.post(path, Order.TYPE, "seven").statusCode()).isEqualTo(400);
        String parsed = client.get("api/plain/parsed").body();
        assertRefused(client.post(path, Order.TYPE, "seven"), 2);
        assertRefused(client.post(path, Order.TYPE, "7 x 1"), 2);
        assertThat(client.get("api/plain/parsed").body()).isEqualTo(parsed);
    }

    @Test
    void aPolicyOfTheFilter() {
        assertAdmitted(client.get("search"), "page");
        assertAdmitted(client.get("search"), "page");
        assertRefused(client.get("search"), 2);
        HttpResponse<String> elsewhere = client.get("elsewhere");
        assertAdmitted(elsewhere, "page");
        assertThat(elsewhere.headers().map()).doesNotContainKey("RateLimit");
    }

    /** Whatever the server takes it for: once the limit is reached, the page is not served. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET {}search",
                "GET {}search?x=1",
                "GET {}search/",
                "GET {}/search",
                "GET {}./search",
                "GET {}elsewhere/../search",
                "GET {}elsewhere/%2e%2e/search",
                "GET {}elsewhere/..;/search",
                "GET {}search;jsessionid=1",
                "GET {}search;a=b/",
                "GET {};a=b/search",
                "GET {}%73earch",
                "GET {}%2573earch",
                "GET {}%2Fsearch",
                "GET {}search%2F",
                "GET {}search%00",
                "GET {}search%20",
                "GET {}search.",
                "GET {}SEARCH",
                "GET {}\\search",
                "GET http://example.org{}search",
                "HEAD {}search",
                "head {}search",
                "get {}search",
                "POST {}search",
                "PURGE {}search",
                "OPTIONS {}search",
            })
    void noSpellingOfAPathEscapesItsLimit(String line) throws Exception {
        assertAdmitted(client.get("search"), "page");
        assertAdmitted(client.get("search"), "page");
        String target = line.replace("{}", url.getPath());
        String answer = client.raw(url, target, "X-HTTP-Method-Override: GET");
        assertThat(answer).as(target).startsWith("HTTP/1.");
        if (!answer.endsWith("home")) { // Payara takes /;a=b/search for the root
            assertThat(answer)
                    .as(target)
                    .doesNotContain(" 200 ")
                    .doesNotContainPattern("(?m)^page$");
        }
        assertRefused(client.get("search"), 2);
    }

    @Test
    void aTemplateIsOneCountForAClientWhateverItsValue() {
        assertThat(client.get("items/1").statusCode()).isEqualTo(404);
        assertThat(client.get("items/2").statusCode()).isEqualTo(404);
        assertRefused(client.get("items/3"), 2);
    }

    /** Where the value is in the key, another spelling is no other value. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET {}each/7",
                "GET {}each/7/",
                "GET {}each//7",
                "GET {}each/7;v=1",
                "GET {}each/%37",
                "GET {}each/8/../7",
                "GET {}each/7?id=8",
            })
    void noSpellingOfAValueMintsANewCount(String line) throws Exception {
        assertThat(client.get("each/7").statusCode()).isEqualTo(404);
        assertThat(client.get("each/8").statusCode()).isEqualTo(404);
        assertThat(client.get("each/7").statusCode()).isEqualTo(404);
        String target = line.replace("{}", url.getPath());
        assertThat(client.raw(url, target)).as(target).doesNotContain(" 404 ");
        assertRefused(client.get("each/7"), 2);
        assertThat(client.get("each/8").statusCode()).isEqualTo(404);
    }

    @Test
    void aPreflightIsNotCharged() {
        for (int i = 0; i < 5; i++) {
            HttpResponse<String> preflight =
                    client.send(
                            client.request("search")
                                    .header("Origin", "https://shop.example")
                                    .header("Access-Control-Request-Method", "GET")
                                    .method("OPTIONS", BodyPublishers.noBody()));
            assertThat(preflight.statusCode()).isNotEqualTo(429);
        }
        assertAdmitted(client.get("search"), "page");
        assertAdmitted(client.get("search"), "page");
        assertRefused(client.get("search"), 2);
    }

    @Test
    void theInjectedLimiter() {
        String path = "limiter/acquire?policy=by_hand&id=";
        assertAdmitted(client.get(path + 1), "Admitted");
        assertAdmitted(client.get(path + 1), "Admitted");
        assertAdmitted(client.get(path + 1), "Refused");
        assertAdmitted(client.get(path + 2), "Admitted");
    }

    @Test
    void tenCallsOfABeanCostTen() {
        assertAdmitted(client.get("mail/send?times=10"), "sent 10");
        assertAdmitted(client.get("mail/send?times=5"), "sent 5");
        assertRefused(client.get("mail/send?times=1"), 15);
    }

    @Test
    void aBeanRefusesInsideAServlet() {
        assertRefused(client.get("mail/send?times=16"), 15);
        assertRefused(client.get("mail/wrapped"), 15);
        assertRefused(client.get("mail/included?times=1"), 15);
    }

    @Test
    void aBeanRefusesInsideAFilterOfTheApplication() {
        assertAdmitted(client.get("notified?times=15"), "page");
        assertRefused(client.get("notified?times=1"), 15);
        assertAdmitted(new Client(url).get("notified?times=15"), "page");
    }

    @Test
    void aBeanRefusesInsideAResource() {
        assertAdmitted(client.get("api/managed/mail?times=10"), "sent 10");
        assertRefused(client.get("api/managed/mail?times=6"), 15);
    }

    @ParameterizedTest
    @ValueSource(strings = {"stage", "resumed", "wrapped", "joined"})
    void aRefusalThatIsHandedOnInsideAResource(String how) {
        String path = "api/later/" + how;
        assertAdmitted(client.get(path), "later");
        assertRefused(client.get(path), 1);
        HttpResponse<String> page =
                client.send(client.request(path).header("Accept", "text/html").GET());
        assertThat(page.statusCode()).isEqualTo(429);
        assertThat(field(page, "Content-Type")).startsWith("text/html");
        assertThat(page.body()).startsWith("<!DOCTYPE html>");
    }

    @Test
    void otherFailuresStayThoseOfTheApplication() {
        HttpResponse<String> broken = client.get("api/later/broken");
        assertThat(broken.statusCode()).isEqualTo(500);
        assertThat(broken.body()).startsWith("caught by the application: ");
    }

    @Test
    void aPreflightIsNotChargedByAResourceThatAnswersIt() {
        for (int i = 0; i < 3; i++) {
            assertAdmitted(
                    client.send(
                            client.request("api/later/options")
                                    .header("Origin", "https://shop.example")
                                    .header("Access-Control-Request-Method", "GET")
                                    .method("OPTIONS", BodyPublishers.noBody())),
                    "options");
        }
    }

    @Test
    void aPathOfADirectoryWithAWelcomeFile() {
        assertAdmitted(client.get(""), "home");
        HttpResponse<String> spelled = client.get("search/../;a=b");
        if (spelled.statusCode() != 302) { // Open Liberty asks for another spelling: a permit too
            assertAdmitted(spelled, "home");
        }
        assertRefused(client.get(""), 2);
    }

    @Test
    void aBeanInsideAResourceKnowsThePath() {
        String one = "api/managed/files/" + client.address();
        assertAdmitted(client.get(one), "filed");
        assertRefused(new Client(url).get(one), 1);
        assertAdmitted(client.get(one + "0"), "filed");
    }

    @Test
    void aUserWhomAFilterOfTheApplicationKnows() {
        String ada = "ada of " + client.address();
        assertAdmitted(asUser(client, ada), "user");
        assertAdmitted(asUser(client, "grace of " + client.address()), "user");
        assertRefused(asUser(new Client(url), ada), 1);
    }

    private static HttpResponse<String> asUser(Client client, String user) {
        return client.send(client.request("api/managed/user").header("X-User", user).GET());
    }

    @Test
    void aSkippedCallIsNotMadeAndNotRefused() {
        assertAdmitted(client.get("mail/view?id=7"), "true");
        assertAdmitted(client.get("mail/view?id=7"), "false");
        assertAdmitted(client.get("mail/view?id=8"), "true");
        assertAdmitted(client.get("mail/view?id=7"), "false");
        assertAdmitted(new Client(url).get("mail/view?id=7"), "true");
    }

    @Test
    void byHandAndByAnnotationShareTheCountsOfAName() {
        assertAdmitted(client.get("mail/view?id=7"), "true");
        assertAdmitted(client.get("limiter/acquire?policy=view_count&id=7"), "Refused");
        assertAdmitted(client.get("limiter/acquire?policy=view_count&id=8"), "Admitted");
        assertAdmitted(client.get("mail/view?id=8"), "false");
    }

    @Test
    void filterResourceAndInterceptorChargeOnce() {
        for (int i = 0; i < 3; i++) {
            assertAdmitted(client.get("api/managed/once"), "once");
        }
        assertRefused(client.get("api/managed/once"), 3);
    }

    @Test
    void everyWayToDispatchIsChargedOnce() {
        for (String way : List.of("forward", "include", "async")) {
            assertAdmitted(client.get("dispatch/" + way), "page");
        }
        assertRefused(client.get("dispatch/forward"), 3);
        assertRefused(client.get("dispatch/async"), 3);
    }

    @Test
    void anErrorPageIsChargedOnce() {
        for (int i = 0; i < 3; i++) {
            assertThat(client.get("dispatch/nowhere").statusCode()).isEqualTo(404);
        }
        assertRefused(client.get("dispatch/nowhere"), 3);
    }

    @Test
    @Tag("ejb")
    void aSessionBeanInsideAServlet() {
        assertTwoGreetingsThenRefused("greet");
    }

    @Test
    @Tag("ejb")
    void aSessionBeanInsideAResource() {
        assertTwoGreetingsThenRefused("api/greet");
    }

    @Test
    @Tag("ejb")
    @Tag("ejb-inherited")
    void whatASessionBeanInheritsFromItsInterface() {
        assertTwoGreetingsThenRefused("wave");
    }

    private void assertTwoGreetingsThenRefused(String path) {
        assertAdmitted(client.get(path), "hello");
        assertAdmitted(client.get(path), "hello");
        assertRefused(client.get(path), 2);
    }

    /**
     * 3/s refuses a thousand orders; none of those counts in 20/min. They are asked for inside one
     * request: over HTTP a slow machine needs so long for them that 20 are admitted.
     */
    @Test
    void refusedOrdersDoNotCount() throws Exception {
        int admitted =
                Integer.parseInt(client.get("limiter/flood?policy=orders&times=1020").body());
        assertThat(admitted).isBetween(3, 19);

        HttpResponse<String> next = order();
        if (next.statusCode() == 429) {
            assertThat(next.body()).contains("\"violated-policies\":[\"orders-1s\"]");
            TimeUnit.SECONDS.sleep(Long.parseLong(field(next, "Retry-After")));
            next = order();
        }
        assertAdmitted(next, "ordered");
        Matcher left = Pattern.compile("\"orders-60s\";r=(\\d+)").matcher(field(next, "RateLimit"));
        assertThat(left.find()).as(field(next, "RateLimit")).isTrue();
        assertThat(Integer.parseInt(left.group(1))).isEqualTo(20 - admitted - 1);
    }

    private HttpResponse<String> order() {
        return client.post("api/plain/orders", "text/plain", "");
    }
}
