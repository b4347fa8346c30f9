package io.weir.servers;

import static io.weir.servers.Answers.assertAdmitted;
import static io.weir.servers.Answers.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A Redis that nobody runs: the application comes up all the same, and its limits hold. */
@ExtendWith(ArquillianExtension.class)
class NoRedisThereIT {

    private static final String LOST =
            "Could not connect to Redis. Falling back to in-memory cache";

    @ArquillianResource Deployer deployer;

    @Deployment(name = "alone", managed = false, testable = false)
    static WebArchive war() {
        return Wars.app(
                "alone",
                "weir.redis.host = 127.0.0.1",
                "weir.redis.port = " + SuiteRedis.freePort(),
                "weir.policy.before.path = /elsewhere",
                "weir.policy.before.limit = 9/min",
                "weir.policy.closed.path = /elsewhere",
                "weir.policy.closed.limit = 9/min",
                "weir.policy.closed.on-outage = fail-closed");
    }

    @Test
    void limitsHoldInThisJvm() throws IOException {
        ServerLog log = ServerLog.fromNow();
        long start = System.nanoTime();
        deployer.deploy("alone");
        Duration deployed = Duration.ofNanos(System.nanoTime() - start);
        try {
            assertThat(deployed).isLessThan(Duration.ofSeconds(30));
            // Said before anybody asks for anything, once the first attempt has failed: loading
            // Redisson may take longer than the deployment waits for it.
            assertThat(log.awaits(LOST, Duration.ofSeconds(30))).isTrue();
            // Arquillian knows the address of what it deployed itself, before the test, only.
            URI address =
                    URI.create(
                            "http://127.0.0.1:"
                                    + System.getProperty("server.http.port")
                                    + "/alone/");
            Client client = new Client(address.toURL());
            assertAdmitted(client.get("limiter/store"), "LOCAL");
            assertAdmitted(client.get("search"), "page");
            assertAdmitted(client.get("api/managed"), "managed");
            assertAdmitted(client.get("search"), "page");
            assertAdmitted(client.get("api/managed"), "managed");
            assertRefused(client.get("search"), 2);
            assertRefused(client.get("api/managed"), 2);
            HttpResponse<String> closed = client.get("elsewhere");
            assertThat(closed.statusCode()).isEqualTo(503);
            assertThat(closed.headers().map())
                    .containsKey("Retry-After")
                    .containsKey("Content-Type")
                    .doesNotContainKeys("RateLimit", "RateLimit-Policy");
            assertThat(log.text()).containsOnlyOnce(LOST);
        } finally {
            deployer.undeploy("alone");
        }
        // Tomcat looks for what an application leaves behind; the others say nothing. Weld's own
        // worker may still be on its way out.
        assertThat(log.text().lines())
                .filteredOn(line -> !line.contains("[weld-worker-"))
                .noneMatch(line -> line.contains("has failed to stop it"))
                .noneMatch(line -> line.contains("has failed to remove it"));
    }
}
