package io.weir.servers;

import java.net.URL;
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
        new Observer(url).writeServer();
    }
}
