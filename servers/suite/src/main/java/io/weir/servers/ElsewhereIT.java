package io.weir.servers;

import static io.weir.servers.Answers.assertAdmitted;
import static io.weir.servers.Answers.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.servers.concurrency.LaterServlet;
import io.weir.servers.ejblater.LaterBean;
import io.weir.servers.elsewhere.Work;
import io.weir.servers.remote.Stock;
import java.net.URL;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a request does on other threads belongs to its client, and is paid once. */
@ExtendWith(ArquillianExtension.class)
class ElsewhereIT {

    @ArquillianResource URL url;

    Client a;
    Client b;

    @Deployment(testable = false)
    static WebArchive war() {
        WebArchive war =
                Wars.empty(
                                "elsewhere",
                                "weir.client.trusted-proxies = 127.0.0.1",
                                "weir.policies = chat",
                                "weir.policy.chat.limit = 3/min",
                                "weir.plans = gold",
                                "weir.policy.page.path = /page",
                                "weir.policy.page.limit = 1/min",
                                "weir.policy.page.plan = role",
                                "weir.plan.gold.policy.page.limit = 3/min",
                                "weir.policy.member.plan = role",
                                "weir.plan.gold.policy.member.limit = 3/min")
                        .addPackage(Work.class.getPackage());
        List<String> missing = List.of(System.getProperty("server.excluded.groups", "").split(","));
        if (!missing.contains("concurrency")) {
            war.addPackage(LaterServlet.class.getPackage());
        }
        if (!missing.contains("ejb")) {
            war.addPackage(LaterBean.class.getPackage());
        }
        if (!missing.contains("ejb-remote")) {
            war.addPackage(Stock.class.getPackage());
        }
        return war;
    }

    @BeforeEach
    void newClients() {
        a = new Client(url);
        b = new Client(url);
    }

    @ParameterizedTest
    @ValueSource(strings = {"start", "start-wrapped", "start-again", "start-anyway"})
    void theAsyncContextOfARequest(String way) {
        assertEachCounts("elsewhere/" + way, "worked", 1);
    }

    /** GlassFish sets the status to 200 before it tells a listener that the answer is complete. */
    @Tag("async-status")
    @ParameterizedTest
    @ValueSource(strings = {"timeout", "timeout-anyway"})
    void aListenerOfTheAsyncContextThatHearsOfATimeout(String way) {
        assertEachCounts("elsewhere/" + way, "worked", 1);
    }

    /** Each server has a status of its own for what such a listener answers. */
    @Tag("async-errors")
    @Test
    void aListenerOfTheAsyncContextThatHearsOfAnError() {
        for (Client client : List.of(a, b)) {
            assertThat(client.get("elsewhere/error").body()).isEqualTo("worked");
        }
        assertRefused(a.get("elsewhere/error"), 1);
        assertRefused(b.get("elsewhere/error"), 1);
    }

    @Test
    void whatIsReadWithoutWaiting() {
        assertAdmitted(post(a), "worked");
        assertAdmitted(post(b), "worked");
        assertRefused(post(a), 1);
    }

    private static HttpResponse<String> post(Client client) {
        return client.send(
                client.request("elsewhere/read").POST(BodyPublishers.ofString("x".repeat(9_000))));
    }

    @Test
    void whatIsWrittenWithoutWaiting() {
        assertEachCounts("elsewhere/write", "worked", 1);
    }

    /** Nobody hangs on it. */
    @Test
    void anAnswerThatHasBegunEndsWithTheRefusal() {
        assertThat(a.get("elsewhere/start-late").body()).isEqualTo("begun, worked");
        assertThat(a.get("elsewhere/start-late").body()).isEqualTo("begun, ");
    }

    @Test
    void aRefusalThatTheApplicationCatchesIsItsOwn() {
        assertAdmitted(a.get("elsewhere/start-caught"), "worked");
        assertAdmitted(b.get("elsewhere/start-caught"), "worked");
        assertAdmitted(a.get("elsewhere/start-caught"), "caught");
    }

    /** By executors and contexts of the application's own definition. */
    @Tag("concurrency")
    @ParameterizedTest
    @ValueSource(strings = {"own/submit", "own/context", "own/below", "asynchronous"})
    void jakartaConcurrency(String way) {
        assertEachCounts("concurrency/" + way, "worked", 1);
    }

    /** By those that the server has made: not each of them takes along what it does not know. */
    @Tag("concurrency")
    @Tag("default-executor")
    @ParameterizedTest
    @ValueSource(strings = {"submit", "stage", "scheduled", "executor", "below"})
    void theExecutorsOfTheServer(String way) {
        assertEachCounts("concurrency/" + way, "worked", 1);
    }

    @Tag("concurrency")
    @Tag("default-context")
    @Test
    void theContextOfTheServer() {
        assertEachCounts("concurrency/context", "worked", 1);
    }

    @Tag("concurrency")
    @ParameterizedTest
    @CsvSource({
        "api/later,           later,  2",
        "api/later/suspended, later,  2",
        "api/later/id/1,      later,  2",
    })
    void aResourceThatGoesOnElsewhere(String path, String body, int permits) {
        assertEachCounts(path, body, permits);
    }

    @Tag("concurrency")
    @Tag("default-executor")
    @Test
    void aStageThatIsRefusedElsewhere() {
        assertEachCounts("api/later/stage", "worked", 1);
    }

    @Tag("ejb")
    @Test
    void anAsynchronousEnterpriseBeanAsAResource() {
        assertEachCounts("api/ejb-later", "later", 3);
    }

    @Tag("ejb")
    @Test
    void anAsynchronousEnterpriseBeanIsPaidOnce() {
        for (int i = 0; i < 4; i++) {
            assertAdmitted(a.get("api/ejb-later/global"), "later");
        }
        assertRefused(b.get("api/ejb-later/global"), 4);
    }

    /** Nobody knows the client there: one count for all, and each of them is answered. */
    @Tag("ejb")
    @Test
    void anAsynchronousEnterpriseBeanThatOnlyItsArgumentsCanDecide() {
        assertAdmitted(a.get("api/ejb-later/id/1"), "later");
        assertAdmitted(b.get("api/ejb-later/id/1"), "later");
        assertThat(a.get("api/ejb-later/id/1").statusCode()).isEqualTo(429);
        assertAdmitted(a.get("api/ejb-later/id/2"), "later");
    }

    /** Of an asynchronous enterprise bean the container knows the user, and nobody the address. */
    @Tag("ejb")
    @ParameterizedTest
    @ValueSource(strings = {"limited", "client", "below"})
    void theUserWhomTheContainerKnows(String way) {
        String path = "ejb-user/" + way;
        for (String user : new String[] {"ada", "bob"}) {
            assertAdmitted(as(user, path), "worked");
        }
        for (String user : new String[] {"ada", "bob"}) {
            assertThat(as(user, path).statusCode()).isEqualTo(429);
        }
    }

    /** A login of the container comes before all filters. */
    @Tag("ejb")
    @Tag("open-login")
    @Test
    void aLimitedBeanInALoginOfTheContainer() {
        for (int i = 0; i < 2; i++) {
            assertThat(guess(a).statusCode()).isEqualTo(404);
            assertThat(guess(b).statusCode()).isEqualTo(404);
        }
        assertThat(guess(a).statusCode()).isEqualTo(401);
        assertThat(guess(b).statusCode()).isEqualTo(401);
    }

    private static HttpResponse<String> guess(Client client) {
        return client.send(client.request("no-such-page").header("X-Guess", "1").GET());
    }

    /** Roles of the container, for a request and for an enterprise bean on another thread. */
    @Tag("ejb")
    @ParameterizedTest
    @CsvSource({"page, 404", "ejb-user/member, 200"})
    void aRoleIsAPlan(String path, int passes) {
        for (int i = 0; i < 3; i++) {
            assertThat(as("gil", path).statusCode()).isEqualTo(passes);
        }
        assertThat(as("gil", path).statusCode()).isIn(429, 500);
        a = new Client(url);
        assertThat(as("ann", path).statusCode()).isEqualTo(passes);
        assertThat(as("ann", path).statusCode()).isIn(429, 500);
    }

    /** What is thrown is copied on its way, in its own manner on each server. */
    @Tag("ejb-remote")
    @Test
    void aRemoteEnterpriseBean() {
        assertAdmitted(a.get("stock"), "worked");
        assertThat(a.get("stock").statusCode()).isEqualTo(429);
    }

    /** Who is told 429 has done nothing; who catches keeps what the limited bean lets him keep. */
    @Tag("ejb")
    @ParameterizedTest
    @CsvSource({
        "ejb/bean,           429, rolled back",
        "ejb/bean-caught,    200, committed",
        "ejb/apart-caught,   200, committed",
        "ejb/limited-caught, 200, rolled back",
        "cdi/bean,           429, rolled back",
        "cdi/bean-caught,    200, committed",
    })
    void theTransactionOfARefusedCall(String way, int status, String outcome) {
        assertAdmitted(a.get("orders/" + way + "?" + way + "1"), "worked");
        assertThat(a.get("orders/outcome?" + way + "1").body()).isEqualTo("committed");
        assertThat(a.get("orders/" + way + "?" + way + "2").statusCode()).isEqualTo(status);
        assertThat(a.get("orders/outcome?" + way + "2").body()).isEqualTo(outcome);
    }

    private HttpResponse<String> as(String user, String path) {
        return a.send(a.request(path).header("X-Login", user).GET());
    }

    @Test
    void theMessagesOfAWebSocketBelongToTheClientOfItsHandshake() throws Exception {
        assertThat(a.chat("chat", "1", "2")).containsExactly("1", "2");
        assertThat(b.chat("chat", "1", "2", "3", "4"))
                .containsExactly("1", "2", "3", "slower, please");
        assertThat(a.chat("chat", "3", "4")).containsExactly("3", "slower, please");
    }

    @Test
    void aTaskThatTheApplicationWraps() {
        assertEachCounts("elsewhere/wrapped", "worked", 1);
    }

    @Test
    void aChargeToNobodyIsReportedOnce() {
        ServerLog log = ServerLog.fromNow();
        assertAdmitted(a.get("elsewhere/forgotten"), "worked");
        assertAdmitted(b.get("elsewhere/forgotten"), "worked");
        assertThat(a.get("elsewhere/forgotten").statusCode()).isEqualTo(429);
        assertThat(log.awaits("WEIR-036", Duration.ofSeconds(10))).isTrue();
        assertThat(log.text().split("WEIR-036", -1)).hasSize(2);
    }

    private void assertEachCounts(String path, String body, int permits) {
        for (int i = 0; i < permits; i++) {
            assertAdmitted(a.get(path), body);
            assertAdmitted(b.get(path), body);
        }
        assertRefused(a.get(path), permits);
        assertRefused(b.get(path), permits);
    }
}
