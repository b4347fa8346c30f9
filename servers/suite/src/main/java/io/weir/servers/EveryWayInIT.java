package io.weir.servers;

import static io.weir.servers.Answers.assertAdmitted;
import static io.weir.servers.Answers.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.servers.ways.WaysApi;
import java.net.URL;
import java.net.http.HttpResponse;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every place for an annotation, every attribute of a path, and what failures cost. */
@ExtendWith(ArquillianExtension.class)
class EveryWayInIT {

    @ArquillianResource URL url;

    Client client;

    @Deployment(testable = false)
    static WebArchive war() {
        return Wars.empty(
                        "ways",
                        "weir.client.trusted-proxies = 127.0.0.1",
                        "weir.fields = always",
                        "weir.exempt-networks = 192.0.2.0/24",
                        "weir.deny-networks = 198.51.100.0/24, 192.0.2.240/28",
                        "weir.policies = by_hand, short",
                        "weir.policy.by_hand.limit = 2/min",
                        "weir.policy.short.limit = 1/500ms",
                        "weir.policy.form.path = /form/*",
                        "weir.policy.form.limit = 2/min",
                        "weir.policy.form.count-when = failure",
                        "weir.policy.form.key = client + header:X-Test",
                        "weir.policy.form.exempt-paths = /form/free, /form/included",
                        "weir.policy.form.exempt-networks = 2001:db8::/32",
                        "weir.policy.tokens.path = /tokens/*",
                        "weir.policy.tokens.limit = 100/min, 1000/day in UTC",
                        "weir.policy.tokens.cost = 10",
                        "weir.policy.tokens.count-when = settled",
                        "weir.policy.part.path = /part/*",
                        "weir.policy.part.limit = 2/min",
                        "weir.policy.part.dispatchers = include",
                        "weir.policy.tenant.path = /tenant",
                        "weir.policy.tenant.limit = 2/min",
                        "weir.policy.tenant.key = bean:tenant",
                        "weir.plans = gold, silver",
                        "weir.plan.gold.policy.planned.limit = 4/min",
                        "weir.plan.gold.policy.planned_resource.limit = 4/min",
                        "weir.plan.silver.mode = observe",
                        "weir.plan.silver.networks = 100.71.0.0/16",
                        "weir.policy.planned.path = /planned",
                        "weir.policy.planned.limit = 2/min",
                        "weir.policy.planned.plan = bean:customers, role, network",
                        "weir.policy.planned_resource.plan = bean:customers, role, network",
                        "weir.policy.changing.path = /changing",
                        "weir.policy.changing.limit = 2/min")
                .addPackage(WaysApi.class.getPackage());
    }

    @BeforeEach
    void newClient() {
        client = new Client(url);
    }

    @ParameterizedTest
    @CsvSource({
        "api/managed-shelf, managed, 2",
        "api/plain-shelf,   plain,   2",
        "api/shared-shelf/7, shared, 2",
        "api/fixed-shelf,   fixed,   2",
        "api/fixed-shelf/b, fixed b, 2",
        "api/slow,          slow,    2",
        "api/slow/own,      own,     1",
        "api/slow/child,    child,   2",
        "limited,           limited, 3",
    })
    void whereverTheAnnotationStands(String path, String body, int permits) {
        for (int i = 0; i < permits; i++) {
            assertAdmitted(client.get(path), body);
        }
        assertRefused(client.get(path), permits);
        assertAdmitted(new Client(url).get(path), body);
    }

    @ParameterizedTest
    @ValueSource(strings = {"api/managed-shelf/free", "api/plain-shelf/free", "api/slow/none"})
    void whereNoneStands(String path) {
        for (int i = 0; i < 5; i++) {
            assertThat(client.get(path).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void anInterceptorOfTheApplicationIsCalledBesides() {
        assertThat(client.get("api/shared-shelf").body()).isEqualTo("ALL");
    }

    @Test
    void aServletIsOneCountWhereverItIsMapped() {
        assertAdmitted(client.get("limited"), "limited");
        assertAdmitted(client.get("limited/more"), "limited");
        assertAdmitted(client.get("any.limited"), "limited");
        assertRefused(client.get("limited/again"), 3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"forward", "include", "named-forward", "named-include"})
    void aServletThatAnotherOneReaches(String way) {
        for (int i = 0; i < 3; i++) {
            assertAdmitted(client.get("reach/" + way), "limited");
        }
        assertRefused(client.get("reach/" + way), 3);
    }

    @Test
    void repeatedAnnotationsAreAllPassed() {
        assertAdmitted(withKey(client, "api/slow/twice", "a" + client.address()), "twice");
        assertAdmitted(withKey(client, "api/slow/twice", "a" + client.address()), "twice");
        assertRefused(withKey(client, "api/slow/twice", "a" + client.address()), 2);
        assertRefused(withKey(client, "api/slow/twice", "b" + client.address()), 3);
    }

    private static HttpResponse<String> withKey(Client client, String path, String key) {
        return client.send(client.request(path).header("X-Api-Key", key).GET());
    }

    @Test
    void aParameterSaysWhatACallCosts() {
        assertAdmitted(client.get("api/slow/batch?mails=8"), "sent 8");
        assertThat(client.get("api/slow/batch?mails=3").statusCode()).isEqualTo(429);
        assertAdmitted(client.get("api/slow/batch?mails=2"), "sent 2");
        HttpResponse<String> never = new Client(url).get("api/slow/batch?mails=11");
        assertThat(never.statusCode()).isEqualTo(429);
        assertThat(never.headers().map()).doesNotContainKey("Retry-After");
    }

    @ParameterizedTest
    @ValueSource(strings = {"api/login", "api/login/thrown", "api/login/user", "api/login/later"})
    void onlyFailuresOfAResourceCount(String path) {
        assertOnlyFailuresCount(path + "?user=" + client.address() + "&status=");
    }

    @ParameterizedTest
    @ValueSource(strings = {"form", "form/error", "form/thrown", "form/async", "form/dispatched"})
    void onlyFailuresAtAPathCount(String path) {
        assertOnlyFailuresCount(path + "?status=");
    }

    private void assertOnlyFailuresCount(String path) {
        for (int i = 0; i < 6; i++) {
            assertThat(client.get(path + 200).statusCode()).isEqualTo(200);
        }
        for (int i = 0; i < 2; i++) {
            assertThat(client.get(path + 401).statusCode()).isGreaterThanOrEqualTo(400);
        }
        assertRefused(client.get(path + 200), 2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "api/login/tokens",
                "api/login/tokens/user",
                "api/login/tokens/text",
                "tokens",
                "tokens/error",
                "tokens/async",
                "tokens/dispatched"
            })
    void anAnswerSaysWhatItHasCost(String path) {
        for (int i = 0; i < 12; i++) {
            assertThat(client.get(path + "?actual=0").statusCode()).isEqualTo(200);
        }
        assertThat(client.get(path + "?actual=95").statusCode()).isEqualTo(200);
        assertThat(client.get(path + "?actual=0").statusCode()).isEqualTo(429);
    }

    @Test
    void whoSaysNothingOfItAndWhoBreaksOffHasCostTheEstimate() {
        for (int i = 0; i < 5; i++) {
            assertThat(client.get("tokens").statusCode()).isEqualTo(200);
            assertThat(client.get("tokens/thrown?actual=0&status=500").statusCode()).isEqualTo(500);
        }
        assertThat(client.get("tokens").statusCode()).isEqualTo(429);
    }

    @Test
    void whichStatusIsAFailureIsTheApplications() {
        for (int i = 0; i < 5; i++) {
            assertThat(client.get("api/login?status=404").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void exemptPathsAndNetworks() {
        for (int i = 0; i < 5; i++) {
            assertThat(client.get("form/free?status=401").statusCode()).isEqualTo(401);
            for (String free : new String[] {"192.0.2.77", "2001:db8::1"}) {
                assertThat(client.from(free, "form?status=401").statusCode()).isEqualTo(401);
            }
        }
        for (int i = 0; i < 2; i++) {
            assertThat(client.from("192.0.3.77", "form?status=401").statusCode()).isEqualTo(401);
        }
        assertRefused(client.from("192.0.3.77", "form?status=401"), 2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "api/managed-shelf",
                "api/plain-shelf",
                "api/slow/own",
                "api/slow/child",
                "api/login/later?status=200",
                "limited",
                "form?status=200",
                "tenant",
                "changing"
            })
    void whereverSomebodyComesIn(String path) {
        for (String denied : new String[] {"198.51.100.7", "192.0.2.241", "::ffff:198.51.100.9"}) {
            HttpResponse<String> refused = client.from(denied, path);
            assertThat(refused.statusCode()).isEqualTo(403);
            assertThat(refused.headers().firstValue("Content-Type"))
                    .contains("application/problem+json");
            assertThat(refused.headers().map()).doesNotContainKeys("Retry-After", "RateLimit");
            assertThat(refused.body()).contains("\"status\":403");
        }
        for (int i = 0; i < 5; i++) {
            assertThat(client.from("192.0.2.77", path).statusCode()).isIn(200, 404);
        }
    }

    @ParameterizedTest
    @CsvSource({"planned, planned", "api/slow/planned, planned_resource"})
    void eachByTheLimitOfHisPlan(String path, String name) {
        assertThat(admitted(path, client.address(), "none")).isEqualTo(2);
        assertThat(admitted(path, client.address(), "gold")).as("of 4, 2 were used").isEqualTo(2);
        assertThat(admitted(path, client.address(), "none")).isZero();
        assertThat(admitted(path, "100.70.0.1", "none")).isEqualTo(4);
        HttpResponse<String> refused = client.from("100.70.0.1", path);
        assertRefused(refused, 4);
        assertThat(refused.headers().firstValue("RateLimit-Policy"))
                .contains("\"" + name + "\";q=4;w=60");
        assertThat(admitted(path, "100.71.0.1", "none")).as("observed").isEqualTo(9);
    }

    private int admitted(String path, String address, String role) {
        for (int i = 0; i < 9; i++) {
            HttpResponse<String> answer =
                    client.send(
                            client.request(path)
                                    .setHeader("X-Forwarded-For", address)
                                    .header("X-Role", role)
                                    .GET());
            if (answer.statusCode() == 429) {
                return i;
            }
            assertThat(answer.statusCode()).isIn(200, 404);
        }
        return 9;
    }

    @Test
    void networksByHand() {
        String id = "?id=" + client.address();
        assertAdmitted(client.from("198.51.100.7", "hand/try" + id), "Denied");
        assertAdmitted(client.from("198.51.100.7", "hand/key" + id), "Denied");
        assertAdmitted(client.from("198.51.100.7", "hand/wait" + id), "Denied");
        assertAdmitted(client.from("198.51.100.7", "hand/object" + id), "Denied");
        for (int i = 0; i < 4; i++) {
            assertAdmitted(client.from("192.0.2.77", "hand/try" + id), "Admitted");
        }
    }

    @Test
    void aBeanOfTheApplicationTellsCallersApart() {
        assertThat(client.from("100.64.0.1", "tenant").statusCode()).isEqualTo(404);
        assertThat(client.from("100.64.9.2", "tenant").statusCode()).isEqualTo(404);
        assertRefused(client.from("100.64.7.3", "tenant"), 2);
        assertThat(client.from("100.65.0.1", "tenant").statusCode()).isEqualTo(404);
    }

    @Test
    void aPathThatIsLimitedWhereItIsIncluded() {
        for (int i = 0; i < 5; i++) {
            assertAdmitted(client.get("part/x"), "part");
        }
        assertAdmitted(client.get("form/included"), "part");
        assertAdmitted(client.get("form/included"), "part");
        assertRefused(client.get("form/included"), 2);
    }

    @Test
    void byHand() {
        String id = "?id=" + client.address();
        assertAdmitted(client.get("hand/peek" + id), "2");
        assertAdmitted(client.get("hand/try" + id), "Admitted");
        assertAdmitted(client.get("hand/try" + id), "Admitted");
        assertAdmitted(client.get("hand/try" + id), "Refused");
        assertAdmitted(client.get("hand/peek" + id), "0");
        assertAdmitted(client.get("hand/reset" + id), "true");
        assertAdmitted(client.get("hand/peek" + id), "2");
        assertAdmitted(client.get("hand/key" + id), "Admitted");
        assertAdmitted(client.get("hand/key" + id), "Refused");
        assertAdmitted(client.get("hand/object" + id), "Admitted");
        for (int i = 0; i < 4; i++) {
            assertAdmitted(client.get("hand/wait" + id), "Admitted");
        }
    }

    @Test
    void aSettingThatChangesWhileTheApplicationRuns() throws Exception {
        String path = "changing";
        for (int i = 0; i < 2; i++) {
            assertThat(client.get(path).statusCode()).isEqualTo(404);
        }
        assertRefused(client.get(path), 2);
        client.get("hand/set?id=weir.policy.changing.limit&value=3/min");
        // Ten seconds at most; MicroProfile Config of Payara goes on with a value for a minute.
        long start = System.nanoTime();
        while (client.get(path).statusCode() == 429
                && System.nanoTime() - start < 90_000_000_000L) {
            Thread.sleep(250);
        }
        assertRefused(client.get(path), 3); // one more than before: what was used stayed used
        client.get("hand/set?id=weir.policy.changing.limit&value=2/min");
    }
}
