package io.weir.servers;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.servers.app.LimiterServlet;
import io.weir.servers.app.PageServlet;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several WildFly processes behind one Redis, as an operator would run them. */
@Tag("heavy")
@Tag("nodes")
class NodesIT {

    private static final int CLIENTS = 32;
    private static final int PERMITS = 200;

    @TempDir Path directory;

    private final List<Node> nodes = new ArrayList<>();
    private OwnRedis redis;
    private Path war;

    @BeforeEach
    void startRedis() {
        redis = OwnRedis.started();
        war = directory.resolve("nodes.war");
        Wars.empty(
                        "nodes",
                        redis.settings(),
                        "weir.policy.by_redisson.path = /search",
                        "weir.policy.by_redisson.limit = " + PERMITS + "/h",
                        "weir.policy.by_script.path = /elsewhere",
                        "weir.policy.by_script.limit = " + PERMITS + "/h",
                        "weir.policy.by_script.engine = script")
                .addClasses(PageServlet.class, LimiterServlet.class)
                .as(ZipExporter.class)
                .exportTo(war.toFile());
    }

    @AfterEach
    void end() {
        nodes.forEach(Node::kill);
        redis.close();
    }

    /** Two nodes, one of them killed in the middle, a third that joins: N, and not one more. */
    @ParameterizedTest
    @ValueSource(strings = {"search", "elsewhere"})
    void oneIsKilledAndAThirdJoins(String path) throws Exception {
        Node first = node("first");
        Node second = node("second");
        first.awaitRedis();
        second.awaitRedis();

        Counted half = callers(path, List.of(first, second), n -> n >= PERMITS / 2);
        assertThat(half.admitted).isBetween(PERMITS / 2, PERMITS / 2 + CLIENTS);
        assertThat(half.lost).isZero();

        // Killed while everybody is calling; who loses an answer goes on with the other node.
        AtomicInteger killed = new AtomicInteger();
        Counted rest =
                callers(
                        path,
                        List.of(first, second),
                        n -> {
                            if (n >= PERMITS / 4 && killed.compareAndSet(0, 1)) {
                                first.kill();
                            }
                            return false;
                        });
        assertThat(killed).hasValue(1);
        // An answer that the killed node did not give may have been an admission.
        assertThat(half.admitted + rest.admitted).isBetween(PERMITS - rest.lost, PERMITS);

        Node third = node("third");
        third.awaitRedis();
        assertThat(callers(path, List.of(second, third), n -> false).admitted).isZero();
    }

    /** Old and new nodes side by side, and N differs: what was used stays used. */
    @Test
    void aRollingDeploymentThatChangesN() throws Exception {
        int more = PERMITS + 100;
        Node before = node("before");
        before.awaitRedis();
        for (String path : List.of("search", "elsewhere")) {
            assertThat(callers(path, List.of(before), n -> false).admitted).isEqualTo(PERMITS);
        }
        Node after =
                node(
                        "after",
                        "-Dweir.policy.by_redisson.limit=" + more + "/h",
                        "-Dweir.policy.by_script.limit=" + more + "/h");
        after.awaitRedis();
        for (String path : List.of("search", "elsewhere")) {
            int admitted = callers(path, List.of(before, after), n -> false).admitted;
            assertThat(admitted).as(path).isEqualTo(more - PERMITS);
        }
        Node back = node("back");
        back.awaitRedis();
        for (String path : List.of("search", "elsewhere")) {
            assertThat(callers(path, List.of(after, back), n -> false).admitted).isZero();
        }
    }

    private Node node(String name, String... options) throws Exception {
        Node node = Node.started(directory.resolve(name), war, options);
        nodes.add(node);
        return node;
    }

    /** What all callers together were given, and how many answers were lost. */
    private record Counted(int admitted, int lost) {}

    /**
     * Each calls until it is refused, or until enough are admitted; a caller whose node does not
     * answer turns to the next one.
     */
    private static Counted callers(String path, List<Node> nodes, IntPredicate enough)
            throws Exception {
        AtomicInteger admitted = new AtomicInteger();
        AtomicInteger lost = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Future<?>> callers = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                int start = i;
                callers.add(threads.submit(() -> call(path, nodes, start, admitted, lost, enough)));
            }
            for (Future<?> caller : callers) {
                caller.get(120, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        return new Counted(admitted.get(), lost.get());
    }

    private static void call(
            String path,
            List<Node> nodes,
            int start,
            AtomicInteger admitted,
            AtomicInteger lost,
            IntPredicate enough) {
        int at = start % nodes.size();
        int failures = 0;
        for (int refused = 0; refused < 3 && !enough.test(admitted.get()); ) {
            try {
                int status = nodes.get(at).client().get(path).statusCode();
                assertThat(status).isIn(200, 429);
                if (status == 200) {
                    admitted.incrementAndGet();
                } else {
                    refused++;
                }
            } catch (UncheckedIOException e) {
                assertThat(++failures).isLessThan(10);
                lost.incrementAndGet();
                at = (at + 1) % nodes.size();
            }
        }
    }
}
