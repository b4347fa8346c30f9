package io.weir.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * MicroProfile Health beside the application's port, where a server has it. Where it has none every
 * other test of this suite shows that nothing is missing.
 */
@Tag("health")
@ExtendWith(ArquillianExtension.class)
class HealthIT {

    @ArquillianResource URL url;

    @Deployment(testable = false)
    static WebArchive war() {
        return Wars.app(
                "healthy",
                "weir.redis.host = 127.0.0.1",
                "weir.redis.port = " + SuiteRedis.freePort());
    }

    @Test
    void readyAndDegraded() throws Exception {
        assertThat(new Client(url.toURI().resolve("/health/").toURL()).get("ready").body())
                .contains("\"name\":\"weir\"")
                .contains("\"store\":\"local\"")
                .containsPattern("\"degraded\":\"?true")
                .containsPattern("\"nodes\":\"?1")
                .doesNotContain("DOWN");
    }
}
