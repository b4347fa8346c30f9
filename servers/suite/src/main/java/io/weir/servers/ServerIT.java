package io.weir.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.util.List;
import java.util.Map;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Which server this is, and which JDK it runs on: by its own word. */
@ExtendWith(ArquillianExtension.class)
class ServerIT {

    @ArquillianResource URL url;

    @Deployment(testable = false)
    static WebArchive war() {
        return Observer.war();
    }

    @Test
    void itRunsOnTheJdkOfTheTests() {
        List<String> lines = new Observer(url).server().lines().toList();
        assertThat(lines.get(1)).isEqualTo(System.getProperty("java.runtime.version"));
        Written.write(
                "server",
                Map.of(
                        "title", System.getProperty("server.title"),
                        "differs", System.getProperty("server.differs", ""),
                        "info", lines.get(0),
                        "jdk", lines.get(1)));
    }
}
