package io.weir.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.weir.servers.app.PageServlet;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A servlet container that runs no initializers: nothing would be limited, and it is said. */
@Tag("no-initializers")
@ExtendWith(ArquillianExtension.class)
class NoInitializersIT {

    @ArquillianResource Deployer deployer;

    @Deployment(name = "limited", managed = false, testable = false)
    static WebArchive limited() {
        return NoCdiIT.bare(
                        "limited",
                        "weir.policy.search.path = /search",
                        "weir.policy.search.limit = 2/min")
                .addClass(PageServlet.class);
    }

    @Deployment(name = "off", managed = false, testable = false)
    static WebArchive off() {
        return NoCdiIT.bare("off", "weir.enabled = false").addClass(PageServlet.class);
    }

    @Test
    void theDeploymentStops() {
        ServerLog log = ServerLog.fromNow();
        Throwable failure = catchThrowable(() -> deployer.deploy("limited"));
        deployer.undeploy("limited");
        assertThat(failure).isNotNull();
        assertThat(log.text()).contains("WEIR-042");
    }

    @Test
    void unlessItIsOff() {
        deployer.deploy("off");
        deployer.undeploy("off");
    }
}
