package io.weir.servers;

import static io.weir.servers.Answers.assertAdmitted;
import static io.weir.servers.Answers.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.servers.enforced.EnforcedApi;
import java.io.IOException;
import java.net.URL;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.JavaArchive;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is declared is enforced, whatever of the application stands in the way. */
@ExtendWith(ArquillianExtension.class)
class EnforcedIT {

    @ArquillianResource URL url;

    Client client;

    /**
     * With a jar that asks to be in front of this library: its initializer is late on Tomcat then.
     */
    @Deployment(testable = false)
    static WebArchive war() {
        return Wars.empty(
                        "enforced",
                        "weir.client.trusted-proxies = 127.0.0.1",
                        "weir.policy.cached.path = /cached/*",
                        "weir.policy.cached.limit = 2/min",
                        "weir.policy.forwarding.path = /forwarding/*",
                        "weir.policy.forwarding.limit = 2/min",
                        "weir.policy.large.path = /large/*",
                        "weir.policy.large.limit = 2/min",
                        "weir.policy.thrown.path = /thrown/*",
                        "weir.policy.thrown.limit = 2/min",
                        "weir.policy.cached-user.path = /cached-user/*",
                        "weir.policy.cached-user.limit = 2/min",
                        "weir.policy.cached-user.key = principal",
                        "weir.policy.guarded.path = /guarded/*",
                        "weir.policy.guarded.limit = 2/min",
                        "weir.policy.guarded-failure.path = /guarded-failure/*",
                        "weir.policy.guarded-failure.limit = 2/min",
                        "weir.policy.guarded-failure.count-when = failure",
                        "weir.policy.guarded-user.path = /guarded-user/*",
                        "weir.policy.guarded-user.limit = 2/min",
                        "weir.policy.guarded-user.key = principal",
                        "weir.policy.socket.path = /socket",
                        "weir.policy.socket.limit = 2/min",
                        "weir.policy.named.path = /page/named",
                        "weir.policy.named.limit = 1/min",
                        "weir.policy.named.key = principal",
                        "weir.policy.faulty.path = /page/faulty",
                        "weir.policy.faulty.limit = 2/min",
                        "weir.policy.faulty.key = bean:faulty",
                        "weir.policy.plain.path = /api/parts/plain",
                        "weir.policy.plain.limit = 2/min",
                        "weir.policy.any.path = /api/parts/any/{id}",
                        "weir.policy.any.limit = 2/min",
                        "weir.policy.below.path = /api/parts/below/*",
                        "weir.policy.below.limit = 2/min",
                        "weir.policy.closed.path = /closed/*",
                        "weir.policy.closed.limit = 2/min",
                        "weir.policy.behind.path = /page/behind",
                        "weir.policy.behind.limit = 2/min")
                .addAsLibrary(
                        ShrinkWrap.create(JavaArchive.class, "first.jar")
                                .addAsManifestResource(
                                        new StringAsset(
                                                """
                                                <web-fragment
                                                    xmlns="https://jakarta.ee/xml/ns/jakartaee"
                                                    version="6.0">
                                                  <name>first</name>
                                                  <ordering><before><name>weir</name></before></ordering>
                                                </web-fragment>
                                                """),
                                        "web-fragment.xml"))
                .setWebXML(
                        new StringAsset(
                                """
                                <web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0">
                                  <security-constraint>
                                    <web-resource-collection>
                                      <web-resource-name>closed</web-resource-name>
                                      <url-pattern>/closed/*</url-pattern>
                                    </web-resource-collection>
                                    <auth-constraint/>
                                  </security-constraint>
                                </web-app>
                                """))
                .addPackage(EnforcedApi.class.getPackage());
    }

    @BeforeEach
    void newClient() {
        client = new Client(url);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cached/page",
                "large/large",
                "forwarding/forwarded",
                "forwarding/denied",
                "cached/moved",
                "cached/moved-for-ever",
                "thrown/thrown",
                "cached-user/page",
                "cached-user/moved",
                "cached-user/moved-for-ever",
                "cached-user/denied",
                "guarded/error",
                "guarded/status",
                "guarded-failure/error",
                "guarded-failure/status",
                "guarded-user/error",
                "guarded-user/status",
            })
    void aFilterThatAnswersByItself(String path) {
        assertThat(client.get(path).statusCode()).isNotEqualTo(429);
        assertThat(client.get(path).statusCode()).isNotEqualTo(429);
        assertRefused(client.get(path), 2);
        assertRefused(client.get(path), 2);
        assertThat(new Client(url).get(path).statusCode()).isNotEqualTo(429);
    }

    @Test
    void whoIsKnownIsNotCountedWithWhoGuesses() {
        for (int i = 0; i < 3; i++) {
            client.get("guarded-user/error");
        }
        assertRefused(client.get("guarded-user/error"), 2);
        assertAdmitted(as("ada", "guarded-user/x"), "page");
        assertAdmitted(as("ada", "guarded-user/x"), "page");
        assertRefused(as("ada", "guarded-user/x"), 2);
        assertAdmitted(as("bob", "guarded-user/x"), "page");
    }

    @Test
    void whoSucceedsPaysNothingForFailures() {
        for (int i = 0; i < 4; i++) {
            assertAdmitted(as("ada", "guarded-failure/x"), "page");
        }
    }

    @Test
    @Tag("late-filters")
    void usersWhomAFilterOfAServletKnows() {
        assertAdmitted(as("ada", "page/named"), "page");
        assertRefused(as("ada", "page/named"), 1);
        assertAdmitted(as("bob", "page/named"), "page");
    }

    /** Whom it knows, nobody in front of it does. */
    @Test
    void aFilterThatIsAddedBehindIsSaid() {
        assertAdmitted(client.get("page/x"), "page"); // some begin a filter with its first request
        ServerLog log = ServerLog.fromTheStart();
        assertThat(log.awaits("added-late", Duration.ofSeconds(10))).isTrue();
        assertThat(log.text()).containsPattern("WEIR-052 .*named.*\\s+given a filter .*added-late");
    }

    @Test
    void clientsWhomAFilterTellsApart() {
        for (int i = 0; i < 2; i++) {
            assertAdmitted(behind("198.51.100.1"), "page");
            assertAdmitted(behind("198.51.100.2"), "page");
            assertAdmitted(behind("198.51.100.3"), "page");
        }
        HttpResponse<String> refused = behind("198.51.100.2");
        assertRefused(refused, 2);
        assertThat(Answers.field(refused, "Access-Control-Allow-Origin")).isEqualTo("*");
    }

    private HttpResponse<String> behind(String address) {
        return client.send(client.request("page/behind").header("X-Real-Address", address).GET());
    }

    /** For this client only: others of the run have tokens of the same name. */
    private HttpResponse<String> as(String user, String path) {
        return client.send(
                client.request(path).header("X-Token", user + " of " + client.address()).GET());
    }

    /** Some containers cut the path at the first parameter, and JAX-RS does not. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "api/parts/plain",
                "api/parts/plain;a=b",
                "api/parts;a=b/plain",
                "api/parts;a=b;c/plain;d",
            })
    void aPathWithParameters(String path) {
        assertAdmitted(client.get(path), "part");
        assertAdmitted(client.get(path), "part");
        assertRefused(client.get(path), 2);
        assertRefused(client.get("api/parts/plain"), 2);
    }

    /**
     * JAX-RS goes by what the client has written; some servers do not take each of these at all.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "any/.",
                "any/..",
                "any/%2e%2e",
                "any/%3Bx",
                "any/a%2Fb",
                "any/%2e%2e%2Fx",
                "below/../x",
                "below/a/../../../x",
            })
    void aPathThatTheContainerReadsInAnotherWay(String path) {
        String written = "api/parts/" + path;
        int first = client.get(written).statusCode();
        assertThat(first).isIn(200, 400);
        assertThat(client.get(written).statusCode()).isEqualTo(first);
        if (first == 200) {
            assertRefused(client.get(written), 2);
        }
    }

    /** No filter is asked, so nobody can count: the first such request says so. */
    @Test
    void whatTheContainerAnswersIsSaid() {
        ServerLog log = ServerLog.fromNow();
        for (int i = 0; i < 3; i++) {
            assertThat(client.get("closed/page").statusCode()).isEqualTo(403);
        }
        assertThat(log.awaits("policy closed at /closed/*", Duration.ofSeconds(10))).isTrue();
        assertThat(log.text().split("WEIR-051", -1)).hasSize(2);
    }

    @Test
    void aHandshake() throws IOException {
        assertThat(handshake()).startsWith("HTTP/1.1 101");
        assertThat(handshake()).startsWith("HTTP/1.1 101");
        assertThat(handshake()).startsWith("HTTP/1.1 429");
        client = new Client(url);
        assertThat(handshake()).startsWith("HTTP/1.1 101");
    }

    private String handshake() throws IOException {
        return client.firstLine(
                url,
                "GET " + url.getPath() + "socket",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
    }

    @Test
    void aBeanIsAskedForTheKeyAfterAuthentication() {
        assertAdmitted(as("ada", "api/person/key"), "key");
        assertRefused(as("ada", "api/person/key"), 1);
        assertAdmitted(as("bob", "api/person/key"), "key");
    }

    @Test
    void aBeanIsAskedForTheCostAfterAuthentication() {
        assertAdmitted(as("ada", "api/person/cost"), "cost");
        assertAdmitted(as("ada", "api/person/cost"), "cost");
        assertRefused(as("ada", "api/person/cost"), 2);
    }

    /** One warning for each defect; the client is counted. */
    @Test
    void codeOfTheApplicationThatThrowsCostsNobodyACall() {
        ServerLog log = ServerLog.fromNow();
        for (String path : new String[] {"api/person/faulty", "page/faulty"}) {
            assertThat(client.get(path).statusCode()).as(path).isEqualTo(200);
            assertThat(client.get(path).statusCode()).as(path).isEqualTo(200);
            assertRefused(client.get(path), 2);
            assertThat(new Client(url).get(path).statusCode()).as(path).isEqualTo(200);
        }
        assertThat(log.awaits("faulty, bean:faulty", Duration.ofSeconds(10))).isTrue();
        assertThat(log.text().split("WEIR-060", -1)).hasSize(4);
    }

    @Test
    void aSubResourceThatCdiMakes() {
        ServerLog log = ServerLog.fromNow();
        assertAdmitted(client.get("api/parts/bean/id/1"), "part");
        assertAdmitted(client.get("api/parts/bean/id/1"), "part");
        assertRefused(client.get("api/parts/bean/id/1"), 2);
        assertAdmitted(client.get("api/parts/bean/id/2"), "part");
        assertThat(log.text()).doesNotContain("WEIR-045");
    }

    @Test
    void aSubResourceThatALocatorMakes() {
        assertAdmitted(client.get("api/parts/new"), "part");
        assertAdmitted(client.get("api/parts/new"), "part");
        assertRefused(client.get("api/parts/new"), 2);
    }

    @Test
    void aSubResourceOfWhichOnlyAnInterfaceIsKnown() {
        assertAdmitted(client.get("api/parts/proxy"), "part");
        assertAdmitted(client.get("api/parts/proxy"), "part");
        assertRefused(client.get("api/parts/proxy"), 2);
    }

    /** Nobody else knows the arguments: the first call says so, and the log no more than that. */
    @Test
    void whatALocatorMakesPastTheInterceptorIsSaid() {
        ServerLog log = ServerLog.fromNow();
        for (String path : new String[] {"id/1", "id/1", "skipped"}) {
            assertThat(client.get("api/parts/new/" + path).statusCode()).isBetween(200, 204);
        }
        assertThat(log.awaits("Part.see", Duration.ofSeconds(10))).isTrue();
        assertThat(log.text().split("WEIR-045", -1)).hasSize(3);
        assertThat(log.text()).contains("Part.byId");
    }

    /** The same class is a bean under another path. */
    @Test
    void whatTheApplicationMakesPastTheInterceptorIsSaid() {
        ServerLog log = ServerLog.fromNow();
        for (String path : new String[] {"own/single", "api/single", "api/single/1"}) {
            client = new Client(url);
            assertAdmitted(client.get(path), "single");
            assertAdmitted(client.get(path), "single");
            assertRefused(client.get(path), 2);
        }
        assertThat(log.text()).doesNotContain("WEIR-045");
        for (int i = 0; i < 3; i++) {
            assertAdmitted(client.get("own/single/1"), "single");
        }
        assertThat(log.awaits("Single.byId", Duration.ofSeconds(10))).isTrue();
        assertThat(log.text().split("WEIR-045", -1)).hasSize(2);
    }
}
