package io.weir.servers;

import static io.weir.servers.Answers.assertAdmitted;
import static io.weir.servers.Answers.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpResponse;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings, rules and counts for each web module of an EAR, and for the EAR itself. */
@ExtendWith(ArquillianExtension.class)
@Tag("ear")
class EarIT {

    /** The library in the EAR's {@code lib}. */
    @Deployment(name = "shared", testable = false)
    static EnterpriseArchive shared() {
        return Ears.shared("shared-ear");
    }

    /** The library in each {@code WEB-INF/lib}. */
    @Deployment(name = "each", testable = false)
    static EnterpriseArchive each() {
        return Ears.each("each-ear");
    }

    private final Client caller = new Client(url("shared-ear-a"));

    private static URL url(String context) {
        try {
            String port = System.getProperty("server.http.port");
            return URI.create("http://127.0.0.1:" + port + "/" + context + "/").toURL();
        } catch (MalformedURLException e) {
            throw new AssertionError(e);
        }
    }

    /** Of the caller, at another web module. */
    private HttpResponse<String> at(String context, String path) {
        return new Client(url(context)).from(caller.address(), path);
    }

    /** The limits are those of each web module's own settings, and so are the counts. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "shared-ear own",
                "shared-ear page",
                "shared-ear api/resource",
                "each-ear own",
                "each-ear page",
                "each-ear api/resource"
            })
    void aWebModule(String where) {
        String ear = where.split(" ")[0];
        String path = where.split(" ")[1];
        String body = path.replaceFirst(".*/", "");
        assertAdmitted(at(ear + "-a", path), body);
        assertRefused(at(ear + "-a", path), 1);
        assertAdmitted(at(ear + "-b", path), body);
        assertAdmitted(at(ear + "-b", path), body);
        assertRefused(at(ear + "-b", path), 2);
        assertAdmitted(new Client(url(ear + "-a")).get(path), body);
    }

    /** Of the EAR, whichever web module calls, and of the client of its request. */
    @ParameterizedTest
    @ValueSource(strings = {"mails", "orders"})
    void anEjbJar(String bean) {
        int permits = bean.equals("mails") ? 3 : 2;
        for (int i = 0; i < permits; i++) {
            String web = i % 2 == 0 ? "shared-ear-a" : "shared-ear-b";
            assertThat(at(web, "call/" + bean).statusCode()).as(bean).isEqualTo(200);
        }
        assertRefused(caller.get("call/" + bean), permits);
        assertRefused(at("shared-ear-b", "call/" + bean), permits);
        assertThat(new Client(url("shared-ear-a")).get("call/" + bean).statusCode()).isEqualTo(200);
    }

    @Test
    void anEjbJarThatAsksByHand() {
        for (int i = 0; i < 3; i++) {
            String web = i % 2 == 0 ? "shared-ear-a" : "shared-ear-b";
            assertAdmitted(at(web, "call/orders/hand"), "yes");
        }
        assertAdmitted(caller.get("call/orders/hand"), "no");
        assertAdmitted(new Client(url("shared-ear-a")).get("call/orders/hand"), "yes");
    }

    /** Of the web module whose request it is. */
    @Test
    void aSharedBean() {
        assertAdmitted(caller.get("call/shared"), "shared");
        assertRefused(caller.get("call/shared"), 1);
        assertAdmitted(at("shared-ear-b", "call/shared"), "shared");
        assertRefused(at("shared-ear-b", "call/shared"), 1);
    }

    @Test
    void aSharedBeanThatAsksByHand() {
        assertAdmitted(caller.get("call/shared/hand"), "yes");
        assertAdmitted(caller.get("call/shared/hand"), "no");
        assertAdmitted(at("shared-ear-b", "call/shared/hand"), "yes");
        assertAdmitted(at("shared-ear-b", "call/shared/hand"), "yes");
        assertAdmitted(at("shared-ear-b", "call/shared/hand"), "no");
    }

    @Test
    void namesInRedis() {
        for (String web :
                new String[] {"shared-ear-a", "shared-ear-b", "each-ear-a", "each-ear-b"}) {
            Client client = new Client(url(web));
            assertAdmitted(client.get("own"), "own");
            assertThat(SuiteRedis.keys("*weir:" + web + ":own:{" + client.address())).isNotEmpty();
        }
        Client client = new Client(url("shared-ear-a"));
        assertAdmitted(client.get("call/mails"), "mail");
        assertThat(SuiteRedis.keys("*weir:shared-ear:mails:{" + client.address())).isNotEmpty();
        assertAdmitted(client.get("call/shared"), "shared");
        assertThat(SuiteRedis.keys("*weir:shared-ear-a:shared:{" + client.address())).isNotEmpty();
    }
}
