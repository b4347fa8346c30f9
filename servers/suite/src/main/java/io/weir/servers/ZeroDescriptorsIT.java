package io.weir.servers;

import static io.weir.servers.Answers.assertAdmitted;
import static io.weir.servers.Answers.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.weir.servers.app.Api;
import io.weir.servers.app.CatchAllMapper;
import io.weir.servers.app.MailServlet;
import io.weir.servers.app.Mailer;
import io.weir.servers.app.Order;
import io.weir.servers.app.OrderReader;
import io.weir.servers.app.PageServlet;
import io.weir.servers.app.PlainResource;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The jar and one annotation, with no descriptor at all: on a server that finds no beans in {@code
 * WEB-INF/classes} then, the limit of a JAX-RS method holds all the same, and a bean's limit stops
 * the deployment with the line that is missing.
 */
@ExtendWith(ArquillianExtension.class)
class ZeroDescriptorsIT {

    @ArquillianResource Deployer deployer;

    @Deployment(name = "zero", managed = false, testable = false)
    static WebArchive war() {
        return resource("zero");
    }

    @Deployment(name = "zero-redis", managed = false, testable = false)
    static WebArchive redis() {
        String settings =
                String.join(
                        "\n",
                        SuiteRedis.settings(),
                        "weir.redis.deadline = 5s",
                        "weir.policy.search.path = /search",
                        "weir.policy.search.limit = 2/min");
        return resource("zero-redis")
                .addClass(PageServlet.class)
                .addAsResource(new StringAsset(settings), "META-INF/weir.properties");
    }

    @Deployment(name = "zero-bean", managed = false, testable = false)
    static WebArchive bean() {
        return Wars.bare("zero-bean").addClasses(Mailer.class, MailServlet.class);
    }

    private static WebArchive resource(String context) {
        return Wars.bare(context)
                .addClasses(Api.class, PlainResource.class)
                .addClasses(Order.class, OrderReader.class, CatchAllMapper.class);
    }

    @Test
    void theJarAndOneAnnotation() throws Exception {
        URL url = deployed("zero");
        try {
            HttpResponse<String> first = new Client(url).get("api/plain");
            assertAdmitted(first, "plain");
            // By default the fields go with refusals, and nobody's word for an address is taken.
            assertThat(first.headers().map()).doesNotContainKeys("RateLimit", "RateLimit-Policy");
            assertAdmitted(new Client(url).get("api/plain"), "plain");
            assertRefused(new Client(url).get("api/plain"), 2);
        } finally {
            deployer.undeploy("zero");
        }
    }

    /** Redisson inside, beside whatever netty the server has. */
    @Test
    void andARedis() throws Exception {
        ServerLog log = ServerLog.fromNow();
        URL url = deployed("zero-redis");
        try {
            assertThat(log.awaits("Redis connected successfully at", Duration.ofSeconds(30)))
                    .isTrue();
            for (String path : new String[] {"api/plain", "search"}) {
                assertThat(new Client(url).get(path).statusCode()).isEqualTo(200);
                assertThat(new Client(url).get(path).statusCode()).isEqualTo(200);
                assertRefused(new Client(url).get(path), 2);
            }
            assertThat(SuiteRedis.keys("*weir:zero-redis:search")).isNotEmpty();
            assertThat(SuiteRedis.keys("*weir:zero-redis:io.weir")).isNotEmpty();
            // Redisson's lines are in the server's log, under its own names.
            assertThat(log.text())
                    .containsPattern(
                            "org\\.redisson\\.connection\\.\\w+(?s:.{0,400})connections initialized")
                    .doesNotContain("internal.lib");
        } finally {
            deployer.undeploy("zero-redis");
        }
    }

    @Test
    void aBean() throws Exception {
        if (Boolean.getBoolean("server.beans.xml")) {
            ServerLog log = ServerLog.fromNow();
            Throwable failure = catchThrowable(() -> deployer.deploy("zero-bean"));
            if (failure == null) {
                deployer.undeploy("zero-bean");
            }
            assertThat(failure).as("zero-bean was deployed").isNotNull();
            assertThat(log.text())
                    .containsPattern("WEIR-021.*Mailer")
                    .contains("an empty WEB-INF/beans.xml");
            return;
        }
        URL url = deployed("zero-bean");
        try {
            assertAdmitted(new Client(url).get("mail/send?times=15"), "sent 15");
            assertRefused(new Client(url).get("mail/send?times=1"), 15);
        } finally {
            deployer.undeploy("zero-bean");
        }
    }

    /** Arquillian knows the address of what it deployed itself, before the test, only. */
    private URL deployed(String name) throws MalformedURLException {
        deployer.deploy(name);
        String port = System.getProperty("server.http.port");
        return URI.create("http://127.0.0.1:" + port + "/" + name + "/").toURL();
    }
}
