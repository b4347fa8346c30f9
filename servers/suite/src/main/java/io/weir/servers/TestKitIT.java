package io.weir.servers;

import static io.weir.testing.WeirAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.servers.app.PageServlet;
import io.weir.servers.kit.ClockServlet;
import io.weir.testing.LimitsUnderTest;
import io.weir.testing.WeirClock;
import io.weir.testing.WeirTest;
import java.net.URL;
import java.net.http.HttpRequest;
import java.time.Duration;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The test kit, as an application uses it: from the client's side, and with a real Redis. */
@WeirTest
@ExtendWith(ArquillianExtension.class)
class TestKitIT {

    @ArquillianResource URL url;
    @ArquillianResource WeirClock clock;

    private Client client;

    @Deployment(testable = false)
    static WebArchive war() {
        return Wars.empty(
                        "kit",
                        SuiteRedis.settings(),
                        "weir.client.trusted-proxies = 127.0.0.1",
                        "weir.policy.all.path = /*",
                        "weir.policy.all.limit = 10/min",
                        "weir.policies = closed, daily",
                        "weir.policy.closed.limit = 100/min",
                        "weir.policy.closed.on-outage = fail_closed",
                        "weir.policy.daily.limit = 5/day in UTC")
                .addClasses(PageServlet.class, ClockServlet.class);
    }

    @BeforeEach
    void call() {
        client = new Client(url);
        limits.asClient(client.address());
    }

    private void assertAdmitted(int calls) {
        for (int i = 0; i < calls; i++) {
            assertThat(client.get("search").statusCode()).as("call %s", i + 1).isEqualTo(200);
        }
    }

    @Test
    void aWindowOfMinutesEndsAtOnce() {
        assertAdmitted(10);
        assertThat(client.get("search").statusCode()).isEqualTo(429);
        clock.advance(Duration.ofSeconds(59));
        assertThat(client.get("search").statusCode()).isEqualTo(429);
        clock.advance(Duration.ofSeconds(1));
        assertAdmitted(10);
        assertThat(client.get("search").statusCode()).isEqualTo(429);
    }

    @Test
    void itIsTheSameClockInside() {
        assertAdmitted(10);
        assertThat(new Client(url).get("minute").body()).isEqualTo("later");
        assertAdmitted(10);
    }

    /** Though a policy has every path, the kit's too. */
    @Test
    void requestsAndAssertionsCountTogetherAndTheKitIsFree() {
        assertAdmitted(4);
        assertThat(limits.of("all")).admits(6).thenRefuses().forExactly(Duration.ofMinutes(1));
        assertThat(client.get("search").statusCode()).isEqualTo(200);
    }

    // guide: a test in a server
    @ArquillianResource LimitsUnderTest limits;

    @Test
    void aFailOver() {
        assertThat(limits.of("closed")).admits(60);
        limits.outage();
        assertThat(limits.of("closed")).isUnavailable();
        limits.recovery();
        assertThat(limits.of("closed")).admits(40).thenRefuses().forExactly(Duration.ofMinutes(1));
    }

    // end

    @Test
    void requestsInAFailOver() {
        assertThat(limits.of("closed")).admits(1);
        assertThat(SuiteRedis.keys("weir:kit:closed:{" + client.address() + "}")).isNotEmpty();
        assertAdmitted(9);
        limits.outage();
        assertAdmitted(1);
        assertThat(client.get("search").statusCode()).isEqualTo(429);
    }

    @Test
    void aDayEndsAtOnce() {
        assertThat(limits.of("daily")).admits(5).thenRefuses();
        clock.advance(Duration.ofDays(1));
        assertThat(limits.of("daily")).admits(5).thenRefuses();
    }

    @Test
    void nobodyElseFindsTheEndpoint() {
        HttpRequest.Builder stranger =
                client.request("weir-testing?do=reset")
                        .header("Weir-Testing-Token", "a guess")
                        .GET();
        assertThat(client.send(stranger).statusCode()).isEqualTo(404);
    }
}
