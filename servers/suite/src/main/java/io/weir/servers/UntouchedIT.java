package io.weir.servers;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.servers.untouched.UntouchedApi;
import io.weir.servers.untouched.ejb.FailingBean;
import java.net.MalformedURLException;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.EmptyAsset;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** One application without the jar and with it: all else that it does stays as it was. */
@ExtendWith(ArquillianExtension.class)
class UntouchedIT {

    /** As WFLYRS0018, AS-WEB-GLUE-00172, NCLS-CORE-00046, WELD-000411. */
    private static final Pattern MESSAGE = Pattern.compile("\\b[A-Z][A-Z-]{2,}\\d{3,6}\\b");

    /** CDI says this of each extension that looks at every class, as Weir's has to. */
    private static final String LOOKS_AT_ALL = "WELD-000411";

    @ArquillianResource Deployer deployer;

    @Deployment(name = "alone", managed = false, testable = false)
    static WebArchive alone() {
        return application(
                ShrinkWrap.create(WebArchive.class, "alone.war")
                        .addAsLibraries(Wars.librariesOfTheServer()));
    }

    @Deployment(name = "beside", managed = false, testable = false)
    static WebArchive beside() {
        return application(Wars.bare("beside"));
    }

    private static WebArchive application(WebArchive war) {
        war.addPackage(UntouchedApi.class.getPackage())
                .addAsWebResource(new StringAsset("<html>#{1 + 1}</html>"), "file.xhtml");
        if (!Wars.leavesOut("ejb")) {
            war.addPackage(FailingBean.class.getPackage());
        }
        if (Boolean.getBoolean("server.beans.xml")) {
            war.addAsWebInfResource(EmptyAsset.INSTANCE, "beans.xml");
        }
        return war;
    }

    /** What one of them did when it was deployed for the second time. */
    private record Seen(
            String json, String cache, String file, List<String> failures, Set<String> messages) {}

    private static final List<String> FAILING =
            List.of(
                    "failing/mapped",
                    "failing/runtime",
                    "failing/checked",
                    "failing/completion",
                    "failing/jax-rs",
                    "failing/not-found",
                    "failing/stage/mapped",
                    "failing/stage/not-found",
                    "failing-bean/mapped",
                    "failing-bean/not-found");

    private static final Map<String, Seen> SEEN = new HashMap<>();

    /** Servers speak of themselves, too, when they meet something for the first time. */
    @BeforeEach
    void deploy() throws MalformedURLException {
        if (SEEN.isEmpty()) {
            for (String name : List.of("alone", "beside", "alone", "beside")) {
                SEEN.put(name, seen(name));
            }
        }
    }

    private Seen seen(String name) throws MalformedURLException {
        ServerLog log = ServerLog.fromNow();
        deployer.deploy(name);
        try {
            String port = System.getProperty("server.http.port");
            Client client =
                    new Client(URI.create("http://127.0.0.1:" + port + "/" + name + "/").toURL());
            String json = client.get("api/account").body();
            String cache = client.get("cache").body();
            List<String> failures =
                    FAILING.stream()
                            .map(path -> path + " " + client.get("api/" + path).statusCode())
                            .toList();
            return new Seen(
                    json,
                    cache,
                    client.get("file.xhtml").body(),
                    failures,
                    MESSAGE.matcher(log.text())
                            .results()
                            .map(MatchResult::group)
                            .collect(Collectors.toCollection(TreeSet::new)));
        } finally {
            deployer.undeploy(name);
        }
    }

    /** Servers choose who writes JSON by the annotations that they find in jars. */
    @Test
    @Tag("json")
    void whoWritesJson() {
        assertThat(SEEN.get("alone").json()).contains("ann").doesNotContain("s3cr3t");
        assertThat(SEEN.get("beside").json()).isEqualTo(SEEN.get("alone").json());
    }

    @Test
    void whoIsTheCache() {
        assertThat(SEEN.get("alone").cache()).containsPattern("CachingProvider|no JCache");
        assertThat(SEEN.get("beside").cache()).isEqualTo(SEEN.get("alone").cache());
    }

    /** Some servers begin Jakarta Faces where a jar has a file of it. */
    @Test
    @Tag("files")
    void whatIsAPage() {
        assertThat(SEEN.get("alone").file()).contains("<html>");
        assertThat(SEEN.get("beside").file()).isEqualTo(SEEN.get("alone").file());
    }

    /** Servers look into some exceptions, and Weir does, too. */
    @Test
    void whoAnswersForExceptions() {
        assertThat(SEEN.get("alone").failures()).contains("failing/mapped 460");
        assertThat(SEEN.get("beside").failures()).isEqualTo(SEEN.get("alone").failures());
    }

    @Test
    void whatTheServerSaysOfIt() {
        Set<String> more = new TreeSet<>(SEEN.get("beside").messages());
        more.removeAll(SEEN.get("alone").messages());
        more.remove(LOOKS_AT_ALL);
        assertThat(more).isEmpty();
    }
}
