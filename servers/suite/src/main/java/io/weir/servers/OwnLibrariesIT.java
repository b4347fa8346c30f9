package io.weir.servers;

import static io.weir.servers.Answers.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.weir.servers.app.LimiterServlet;
import io.weir.servers.app.PageServlet;
import io.weir.servers.ownlib.OwnClient;
import io.weir.servers.ownlib.OwnRedissonServlet;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.MalformedURLException;
import java.net.URI;
import java.util.stream.Stream;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.EmptyAsset;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Applications that bring Redisson, Netty and SLF4J: of any version beside {@code weir}, of the
 * version that Weir is made for with {@code weir-redisson}.
 */
@ExtendWith(ArquillianExtension.class)
class OwnLibrariesIT {

    private static final String LIMIT =
            "weir.policy.search.path = /search\nweir.policy.search.limit = 2/min\n"
                    + "weir.redis.deadline = 5s\n";

    @ArquillianResource Deployer deployer;

    @Deployment(name = "old-beside", managed = false, testable = false)
    static WebArchive oldBeside() {
        return Wars.empty("old-beside", LIMIT, SuiteRedis.settings())
                .addAsLibraries(Wars.libraries("old-redisson"))
                .addClasses(PageServlet.class, LimiterServlet.class, OwnRedissonServlet.class);
    }

    @Deployment(name = "own-client", managed = false, testable = false)
    static WebArchive ownClient() {
        return client(withApplications("own-client", "redisson"));
    }

    @Deployment(name = "client-beside", managed = false, testable = false)
    static WebArchive clientBeside() {
        return client(Wars.empty("client-beside", LIMIT))
                .addAsLibraries(Wars.libraries("redisson"));
    }

    @Deployment(name = "old-client", managed = false, testable = false)
    static WebArchive oldClient() {
        return client(withApplications("old-client", "old-redisson"));
    }

    @Deployment(name = "both", managed = false, testable = false)
    static WebArchive both() {
        return Wars.empty("both", LIMIT).addAsLibraries(Wars.libraries("weir-redisson"));
    }

    /** As an overlay of WARs leaves them. */
    @Deployment(name = "twice", managed = false, testable = false)
    static WebArchive twice() {
        WebArchive war = Wars.empty("twice", LIMIT);
        Stream.of(Wars.librariesOfWeir())
                .filter(file -> file.getName().matches("weir-[0-9].*"))
                .forEach(file -> war.addAsLibrary(file, "weir-0.0.9.jar"));
        return war;
    }

    /** The artifact for applications that bring a Redisson, and one of these. */
    private static WebArchive withApplications(String context, String redisson) {
        WebArchive war =
                ShrinkWrap.create(WebArchive.class, context + ".war")
                        .addAsLibraries(Wars.librariesOfTheServer())
                        .addAsLibraries(Wars.libraries("weir-redisson"))
                        .addAsLibraries(Wars.libraries(redisson))
                        .addAsResource(new StringAsset(LIMIT), "META-INF/weir.properties");
        return Boolean.getBoolean("server.beans.xml")
                ? war.addAsWebInfResource(EmptyAsset.INSTANCE, "beans.xml")
                : war;
    }

    private static WebArchive client(WebArchive war) {
        return war.addClasses(PageServlet.class, LimiterServlet.class, OwnClient.class)
                .addAsResource(new StringAsset(SuiteRedis.address()), "redis-address");
    }

    @Test
    void anOldRedissonOfTheApplicationBesideTheOneInside() throws Exception {
        deployer.deploy("old-beside");
        try {
            Client client = countsInRedis("old-beside");
            assertThat(client.get("own?address=" + SuiteRedis.address()).body())
                    .startsWith("3.50.0 4.1.121.Final ");
        } finally {
            deployer.undeploy("old-beside");
        }
    }

    @Test
    @Tag("own-redisson")
    void theClientOfTheApplicationCounts() throws Exception {
        deployer.deploy("own-client");
        try {
            countsInRedis("own-client");
        } finally {
            deployer.undeploy("own-client");
        }
    }

    private static Client countsInRedis(String context) throws MalformedURLException {
        String port = System.getProperty("server.http.port");
        Client client =
                new Client(URI.create("http://127.0.0.1:" + port + "/" + context + "/").toURL());
        client.awaitStore("REDIS");
        assertThat(client.get("search").body()).isEqualTo("page");
        assertThat(client.get("search").body()).isEqualTo("page");
        assertRefused(client.get("search"), 2);
        assertThat(SuiteRedis.keys("*weir:" + context + ":search")).isNotEmpty();
        return client;
    }

    @Test
    @Tag("own-redisson")
    void theArtifactWithRedissonInsideCannotUseAClientOfTheApplication() {
        assertStops("client-beside", "WEIR-055", "io.weir:weir-redisson");
    }

    @Test
    @Tag("own-redisson")
    void aRedissonThatDoesNotFit() {
        assertStops("old-client", "WEIR-056", "Redisson 3.50.0 and Netty 4.1.121.Final");
    }

    @ParameterizedTest
    @ValueSource(strings = {"both", "twice"})
    void twoJarsAtOnce(String deployment) {
        assertThat(assertStops(deployment, "weir-"))
                .containsPattern(
                        "WEIR-054|More than one fragment with the name \\[weir\\]"
                                + "|SRVE9964E: Duplicate names weir");
    }

    /** Servers tell the client of a deployment more or less; the rest is in their log. */
    private String assertStops(String deployment, String... words) {
        ServerLog log = ServerLog.fromNow();
        Throwable failure = catchThrowable(() -> deployer.deploy(deployment));
        if (failure == null) {
            deployer.undeploy(deployment);
        }
        assertThat(failure).as("%s was deployed", deployment).isNotNull();
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        String said = text + log.text();
        assertThat(said).contains(words).doesNotContain("NoClassDefFoundError");
        return said;
    }
}
