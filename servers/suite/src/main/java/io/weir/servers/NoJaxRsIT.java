package io.weir.servers;

import static io.weir.servers.Answers.assertAdmitted;
import static io.weir.servers.Answers.assertRefused;
import static io.weir.servers.Answers.field;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.servers.app.DispatchServlet;
import io.weir.servers.app.LimiterServlet;
import io.weir.servers.app.MailServlet;
import io.weir.servers.app.Mailer;
import io.weir.servers.app.NotifyingFilter;
import io.weir.servers.app.PageServlet;
import java.io.File;
import java.net.URL;
import java.net.http.HttpResponse;
import java.util.List;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.OperateOnDeployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A server without JAX-RS, with a Redis: paths, beans and {@code RateLimiter} are all the same. */
@Tag("no-jaxrs")
@ExtendWith(ArquillianExtension.class)
class NoJaxRsIT {

    @ArquillianResource
    @OperateOnDeployment("app")
    URL url;

    @ArquillianResource
    @OperateOnDeployment("observer")
    URL observed;

    Client client;

    @Deployment(name = "observer", testable = false)
    static WebArchive observer() {
        return Observer.war();
    }

    @Deployment(name = "app", testable = false)
    static WebArchive war() {
        return Wars.empty(
                        "no-jaxrs",
                        SuiteRedis.settings(),
                        "weir.redis.deadline = 5s",
                        "weir.client.trusted-proxies = 127.0.0.1",
                        "weir.fields = always",
                        "weir.policy.search.path = /search",
                        "weir.policy.search.limit = 2/min",
                        "weir.policy.dispatch.path = /dispatch/*",
                        "weir.policy.dispatch.limit = 3/min",
                        "weir.policies = by_hand",
                        "weir.policy.by_hand.limit = 2/min")
                .addClasses(PageServlet.class, DispatchServlet.class)
                .addClasses(Mailer.class, MailServlet.class, NotifyingFilter.class)
                .addClasses(LimiterServlet.class);
    }

    @BeforeEach
    void newClient() {
        client = new Client(url);
        client.awaitStore("REDIS");
    }

    @Test
    void itRunsOnTheJdkOfTheTests() {
        new Observer(observed).writeServer();
    }

    @Test
    void theWarHasNone() {
        assertThat(new File(System.getProperty("server.weblib")).list())
                .anyMatch(jar -> jar.startsWith("weir-"))
                .noneMatch(jar -> jar.contains("ws.rs-api") || jar.startsWith("jersey-"));
    }

    @Test
    void aPolicyOfTheFilter() {
        assertAdmitted(client.get("search"), "page");
        HttpResponse<String> second = client.get("search");
        assertAdmitted(second, "page");
        assertThat(field(second, "RateLimit")).contains(";r=0");
        assertRefused(client.get("search"), 2);
        assertAdmitted(new Client(url).get("search"), "page");
    }

    @Test
    void aBean() {
        assertAdmitted(client.get("mail/send?times=10"), "sent 10");
        assertAdmitted(client.get("notified?times=5"), "page");
        assertRefused(client.get("mail/send?times=1"), 15);
        assertRefused(client.get("notified?times=1"), 15);
    }

    @Test
    void aSkippedCall() {
        assertAdmitted(client.get("mail/view?id=7"), "true");
        assertAdmitted(client.get("mail/view?id=7"), "false");
    }

    @Test
    void theInjectedLimiter() {
        String path = "limiter/acquire?policy=by_hand&id=";
        assertAdmitted(client.get(path + 1), "Admitted");
        assertAdmitted(client.get(path + 1), "Admitted");
        assertAdmitted(client.get(path + 1), "Refused");
        assertAdmitted(client.get(path + 2), "Admitted");
    }

    @Test
    void everyWayToDispatchIsChargedOnce() {
        for (String way : List.of("forward", "include", "async")) {
            assertAdmitted(client.get("dispatch/" + way), "page");
        }
        assertRefused(client.get("dispatch/forward"), 3);
    }
}
