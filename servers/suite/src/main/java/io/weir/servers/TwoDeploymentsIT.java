package io.weir.servers;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.servers.app.LimiterServlet;
import io.weir.servers.app.PageServlet;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.OperateOnDeployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two deployments of one application, with one Redis: nodes that know nothing of each other. */
@ExtendWith(ArquillianExtension.class)
class TwoDeploymentsIT {

    private static final int CLIENTS = 16;
    private static final int CALLS = 20;
    private static final int PERMITS = 100;

    @ArquillianResource
    @OperateOnDeployment("a")
    URL first;

    @ArquillianResource
    @OperateOnDeployment("b")
    URL second;

    @Deployment(name = "a", testable = false)
    static WebArchive first() {
        return war("pair-a");
    }

    @Deployment(name = "b", testable = false)
    static WebArchive second() {
        return war("pair-b");
    }

    private static WebArchive war(String context) {
        return Wars.empty(
                        context,
                        SuiteRedis.settings(),
                        "weir.application = pair",
                        "weir.redis.deadline = 5s",
                        "weir.policy.by_redisson.path = /search",
                        "weir.policy.by_redisson.limit = " + PERMITS + "/h",
                        "weir.policy.by_script.path = /elsewhere",
                        "weir.policy.by_script.limit = " + PERMITS + "/h",
                        "weir.policy.by_script.engine = script")
                .addClasses(PageServlet.class, LimiterServlet.class);
    }

    @Test
    void admitExactlyNWithRRateLimiter() throws Exception {
        assertThat(admittedOf("search")).isEqualTo(PERMITS);
    }

    @Test
    void admitExactlyNWithTheScript() throws Exception {
        assertThat(admittedOf("elsewhere")).isEqualTo(PERMITS);
    }

    private int admittedOf(String path) throws Exception {
        new Client(first).awaitStore("REDIS");
        new Client(second).awaitStore("REDIS");
        CyclicBarrier start = new CyclicBarrier(CLIENTS);
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Future<Integer>> counts = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                // Nobody is trusted here, so all of them are the one client 127.0.0.1.
                Client client = new Client(i % 2 == 0 ? first : second);
                Callable<Integer> calls =
                        () -> {
                            start.await();
                            int admitted = 0;
                            for (int call = 0; call < CALLS; call++) {
                                int status = client.get(path).statusCode();
                                assertThat(status).isIn(200, 429);
                                admitted += status == 200 ? 1 : 0;
                            }
                            return admitted;
                        };
                counts.add(threads.submit(calls));
            }
            int admitted = 0;
            for (Future<Integer> count : counts) {
                admitted += count.get();
            }
            return admitted;
        } finally {
            threads.shutdownNow();
        }
    }
}
