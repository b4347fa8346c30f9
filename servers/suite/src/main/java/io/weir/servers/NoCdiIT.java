package io.weir.servers;

import static io.weir.servers.Answers.assertAdmitted;
import static io.weir.servers.Answers.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.weir.servers.app.PageServlet;
import io.weir.servers.bad.Nobodys;
import io.weir.servers.bare.AttributeServlet;
import io.weir.servers.bare.Watching;
import java.net.URL;
import java.time.Duration;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.OperateOnDeployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A servlet container and the library, no CDI and no JAX-RS, with a Redis: paths, servlets and the
 * limiter of the servlet context; what takes a bean stops the deployment.
 */
@Tag("no-cdi")
@Tag("no-jaxrs")
@ExtendWith(ArquillianExtension.class)
class NoCdiIT {

    @ArquillianResource Deployer deployer;

    @ArquillianResource
    @OperateOnDeployment("no-cdi")
    URL url;

    Client client;

    static WebArchive bare(String context, String... settings) {
        return ShrinkWrap.create(WebArchive.class, context + ".war")
                .addAsLibraries(Wars.librariesOfWeir())
                .addAsResource(
                        new StringAsset(String.join("\n", settings)), "META-INF/weir.properties");
    }

    @Deployment(name = "no-cdi", testable = false)
    static WebArchive war() {
        return bare(
                        "no-cdi",
                        SuiteRedis.settings(),
                        "weir.redis.deadline = 5s",
                        "weir.client.trusted-proxies = 127.0.0.1",
                        "weir.policy.search.path = /search",
                        "weir.policy.search.limit = 2/min",
                        "weir.policies = by_hand",
                        "weir.policy.by_hand.limit = 2/min burst 2")
                .addClasses(PageServlet.class, AttributeServlet.class);
    }

    @Deployment(name = "no-cdi-key", managed = false, testable = false)
    static WebArchive beanKey() {
        return bare(
                        "no-cdi-key",
                        "weir.policy.search.path = /search",
                        "weir.policy.search.limit = 2/min",
                        "weir.policy.search.key = bean:tenant")
                .addClass(PageServlet.class);
    }

    @Deployment(name = "no-cdi-listener", managed = false, testable = false)
    static WebArchive listener() {
        return bare("no-cdi-listener").addClass(Watching.class);
    }

    @Deployment(name = "no-cdi-bean", managed = false, testable = false)
    static WebArchive bean() {
        return bare("no-cdi-bean").addClass(Nobodys.class);
    }

    @BeforeEach
    void newClient() {
        client = new Client(url);
    }

    @Test
    void aPolicyOfTheFilter() {
        assertAdmitted(client.get("search"), "page");
        assertAdmitted(client.get("search"), "page");
        assertRefused(client.get("search"), 2);
        assertAdmitted(new Client(url).get("search"), "page");
    }

    @Test
    void aServletAndTheLimiterOfItsContext() {
        for (String answer : new String[] {"Admitted", "Admitted", "Refused", "Refused"}) {
            assertAdmitted(client.get("attribute?id=1"), answer);
        }
        assertRefused(client.get("attribute?id=1"), 4);
    }

    @Test
    void itCountsInRedis() throws InterruptedException {
        for (int i = 0; SuiteRedis.keys("weir:no-cdi:search:").isEmpty(); i++) {
            assertThat(i).as("rounds until Redis has counted").isLessThan(100);
            new Client(url).get("search");
            Thread.sleep(Duration.ofMillis(100).toMillis());
        }
    }

    @Test
    void whatTakesABeanStopsTheDeployment() {
        assertStops("no-cdi-key", "the key bean:tenant");
        assertStops("no-cdi-listener", Watching.class.getName());
        assertStops("no-cdi-bean", Nobodys.class.getName());
    }

    private void assertStops(String deployment, String said) {
        ServerLog log = ServerLog.fromNow();
        Throwable failure = catchThrowable(() -> deployer.deploy(deployment));
        if (failure == null) {
            deployer.undeploy(deployment);
        }
        assertThat(failure).as("%s was deployed", deployment).isNotNull();
        assertThat(log.text()).contains("WEIR-039").contains(said).contains("weld-servlet-core");
    }
}
