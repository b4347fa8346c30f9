package io.weir.servers;

import static io.weir.servers.Observer.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.servers.observer.Registrar;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.OperateOnDeployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is left of an application that was deployed, used with a real Redis, and undeployed. */
@ExtendWith(ArquillianExtension.class)
class UndeployIT {

    private static final OwnRedis REDIS = OwnRedis.started();
    private static final int CALLERS = 8;

    /** A server that keeps them for itself says so where it leaves out other tests. */
    private static final boolean KEEPS_LOADERS =
            List.of(System.getProperty("server.excluded.groups", "").split(","))
                    .contains("loaders");

    /** An exception whose first frame is ours. */
    private static final Pattern THROWN_BY_US =
            Pattern.compile(
                    "(?m)(Exception|Error)\\b.*\\R\\s+at (\\S+//)?io\\.weir\\.(?!servers\\.|internal\\.lib\\.)");

    @ArquillianResource Deployer deployer;

    @ArquillianResource
    @OperateOnDeployment("observer")
    URL observed;

    @Deployment(name = "observer", testable = false)
    static WebArchive observer() {
        return Observer.war();
    }

    @Deployment(name = "leaves", managed = false, testable = false)
    static WebArchive leaves() {
        return Wars.app("leaves", REDIS.settings(), "weir.policies = by_hand")
                .addPackage(Registrar.class.getPackage());
    }

    @Deployment(name = "next", managed = false, testable = false)
    static WebArchive next() {
        return ShrinkWrap.create(WebArchive.class, "next.war")
                .addAsWebResource(new StringAsset("home"), "index.html");
    }

    @AfterEach
    void startRedisAgain() {
        REDIS.kill();
        REDIS.start();
    }

    @AfterAll
    static void endRedis() {
        REDIS.close();
    }

    @Test
    void twice() throws Exception {
        assertNothingIsLeftAfter(2);
    }

    @Test
    @Tag("heavy")
    @Tag("twenty")
    void twentyTimes() throws Exception {
        assertNothingIsLeftAfter(20);
    }

    @Test
    @Tag("heavy")
    void whileRedisIsAway() throws Exception {
        Observer observer = new Observer(observed);
        int before = observer.registered();
        int survivors = observer.survivors();
        deployer.deploy("leaves");
        try {
            use("REDIS");
            REDIS.kill();
            use("LOCAL");
        } finally {
            deployer.undeploy("leaves");
        }
        assertNothingIsLeft(observer, before + 1, survivors);

        deployer.deploy("leaves"); // and one that never saw it
        try {
            use("LOCAL");
        } finally {
            deployer.undeploy("leaves");
        }
        assertNothingIsLeft(observer, before + 2, survivors);
    }

    /**
     * What answers while the application is away is the server. Undertow answers what comes while
     * it stops an application with 500; nothing of that is thrown by the library.
     */
    @Test
    @Tag("heavy")
    void underTraffic() throws Exception {
        ServerLog log = ServerLog.fromNow();
        deployer.deploy("leaves");
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
        Map<Integer, Integer> answers = new TreeMap<>();
        try {
            new Client(app()).awaitStore("REDIS");
            List<String> paths = List.of("search", "api/plain", "api/managed", "mail/view?id=7");
            List<Future<Map<Integer, Integer>>> counts =
                    IntStream.range(0, CALLERS)
                            .mapToObj(i -> threads.submit(() -> traffic(paths, i, over)))
                            .toList();
            for (int i = 0; i < 2; i++) {
                LockSupport.parkNanos(500_000_000);
                deployer.undeploy("leaves");
                deployer.deploy("leaves");
                new Client(app()).awaitStore("REDIS");
            }
            over.set(true);
            for (Future<Map<Integer, Integer>> count : counts) {
                count.get(60, TimeUnit.SECONDS)
                        .forEach((k, n) -> answers.merge(k, n, Integer::sum));
            }
        } finally {
            over.set(true);
            threads.shutdownNow();
            deployer.undeploy("leaves");
        }
        System.out.println("Answers while the application was deployed again: " + answers);
        assertThat(log.text()).doesNotContainPattern(THROWN_BY_US);
        if (log.text().contains("UT010051")) {
            answers.remove(500);
        }
        assertThat(answers.keySet()).contains(200).isSubsetOf(200, 404, 429, 503);
    }

    private static Map<Integer, Integer> traffic(List<String> paths, int i, AtomicBoolean over)
            throws MalformedURLException {
        Client client = new Client(app());
        Map<Integer, Integer> answers = new TreeMap<>();
        for (int call = i; !over.get(); call++) {
            answers.merge(client.get(paths.get(call % paths.size())).statusCode(), 1, Integer::sum);
        }
        return answers;
    }

    private void assertNothingIsLeftAfter(int times) throws Exception {
        Observer observer = new Observer(observed);
        int before = observer.registered();
        int survivors = observer.survivors();
        for (int i = 0; i < times; i++) {
            deployer.deploy("leaves");
            try {
                use("REDIS");
                assertThat(REDIS.connections()).isNotEmpty();
                assertThat(observer.threadsOfTheLibrary()).isNotEmpty();
            } finally {
                deployer.undeploy("leaves");
            }
            eventually("connections", REDIS::connections, List.of());
        }
        assertNothingIsLeft(observer, before + times, survivors);
    }

    /**
     * Those that survived a test before this one are the server's, and so is the latest one while
     * nothing else was deployed: Payara leaves it in the thread that undeployed it.
     */
    private void assertNothingIsLeft(Observer observer, int deployed, int survivors) {
        eventually("threads", observer::threadsOfTheLibrary, List.of());
        assertThat(observer.registered()).isEqualTo(deployed);
        if (KEEPS_LOADERS) {
            return;
        }
        eventually("one class loader more", () -> isMore(observer, survivors), false);
    }

    private boolean isMore(Observer observer, int survivors) {
        if (observer.survivors() <= survivors) {
            return false;
        }
        deployer.deploy("next");
        deployer.undeploy("next");
        return true;
    }

    /** Every edge and every engine, by as many threads of the server as it gives. */
    private static void use(String store) throws Exception {
        new Client(app()).awaitStore(store);
        ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
        try {
            List<Future<?>> callers =
                    IntStream.range(0, CALLERS)
                            .<Future<?>>mapToObj(i -> threads.submit(UndeployIT::useOnce))
                            .toList();
            for (Future<?> caller : callers) {
                caller.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static Void useOnce() throws MalformedURLException {
        Client client = new Client(app());
        for (String path : List.of("search", "api/plain", "api/managed", "mail/view?id=7")) {
            assertThat(client.get(path).statusCode()).isEqualTo(200);
        }
        assertThat(client.post("api/plain/orders", "text/plain", "").statusCode()).isEqualTo(200);
        assertThat(client.get("search").statusCode()).isEqualTo(200);
        Answers.assertRefused(client.get("search"), 2);
        return null;
    }

    /** Arquillian knows the address of what it deployed itself, before the test, only. */
    private static URL app() throws MalformedURLException {
        return URI.create("http://127.0.0.1:" + System.getProperty("server.http.port") + "/leaves/")
                .toURL();
    }
}
