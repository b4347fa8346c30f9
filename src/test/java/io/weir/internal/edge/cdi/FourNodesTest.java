package io.weir.internal.edge.cdi;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.testing.RealRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * One hot key, four JVMs with eight threads each and a real Redis, with leases: what they decide
 * together in a second beside {@code INCR} of the same run, and how much they admit in any window
 * while nodes and Redis fail. Of each call begin and end are known, and what certainly lies within
 * a window is counted.
 */
@Tag("heavy")
class FourNodesTest {

    private static final int NODES = 4;
    private static final int MILLIS = 8_000;

    /** What one node has done. */
    private record Told(long calls, long p99, int[] begun, int[] ended) {

        static Told of(String line) {
            String[] words = line.split(" ");
            return new Told(
                    Long.parseLong(words[0]),
                    Long.parseLong(words[1]),
                    counts(words[2]),
                    counts(words[3]));
        }

        private static int[] counts(String text) {
            return Arrays.stream(text.split(",")).mapToInt(Integer::parseInt).toArray();
        }
    }

    /** What happens after a third of the time. */
    private enum Trouble {
        NONE("nothing", 1),
        A_NODE_DIES("a node is killed", 1),
        FROZEN("Redis is frozen for a second", NODES),
        FLUSHED("FLUSHALL", NODES),
        KILLED("Redis is killed, and comes back empty", NODES);

        final String label;

        /** How many times the limit all nodes may admit together. */
        final int times;

        Trouble(String label, int times) {
            this.label = label;
            this.times = times;
        }

        void happens(RealRedis redis, NodeProcess last) {
            switch (this) {
                case NONE -> {}
                case A_NODE_DIES -> last.close();
                case FROZEN -> {
                    redis.freeze();
                    LockSupport.parkNanos(1_000_000_000L);
                    redis.thaw();
                }
                case FLUSHED -> redis.client().flushAll();
                case KILLED -> {
                    redis.kill();
                    redis.start();
                }
            }
        }
    }

    @Test
    void theLimitIsKeptWhateverFails() throws Exception {
        StringBuilder table =
                new StringBuilder(
                        "| limit | what happens | most in a window, of the limit | of one node |\n"
                                + "|---|---|---|---|\n");
        for (String limit : List.of("20000/s", "50000/2s", "20000/s burst 5000")) {
            for (Trouble trouble : Trouble.values()) {
                table.append(row(limit, trouble));
            }
        }
        Files.writeString(Path.of("target", "four-nodes.md"), table);
    }

    private static String row(String limit, Trouble trouble) throws Exception {
        boolean bucket = limit.contains("burst");
        int window = limit.contains("/2s") ? 2_000 : 1_000;
        int permits =
                Integer.parseInt(limit.substring(0, limit.indexOf('/'))) + (bucket ? 5_000 : 0);
        List<Told> told = run(limit, "100ms", trouble, "limiter");
        int all = most(told, window);
        int one = told.stream().mapToInt(t -> most(List.of(t), window)).max().orElseThrow();
        String row =
                String.format(
                        Locale.ROOT,
                        "| `%s` | %s | %.3f | %.3f |%n",
                        limit,
                        trouble.label,
                        (double) all / permits,
                        (double) one / permits);
        assertThat(one).as(row).isLessThanOrEqualTo(permits);
        assertThat(all).as(row).isLessThanOrEqualTo(trouble.times * permits);
        return row;
    }

    /** The greatest number of calls that have certainly begun and ended within a window. */
    private static int most(List<Told> told, int window) {
        int[] begun = new int[MILLIS + 2];
        int[] ended = new int[MILLIS + 2];
        for (Told one : told) {
            for (int i = 0; i <= MILLIS; i++) {
                begun[i + 1] += one.begun[i];
                ended[i + 1] += one.ended[i];
            }
        }
        for (int i = 1; i < begun.length; i++) {
            begun[i] += begun[i - 1];
            ended[i] += ended[i - 1];
        }
        int most = 0;
        for (int i = 0; i + window <= MILLIS; i++) {
            most = Math.max(most, ended[i + window] - begun[i]);
        }
        return most;
    }

    @Test
    void besideIncr() throws Exception {
        StringBuilder table =
                new StringBuilder(
                        "| four JVMs, one key, 8 threads each | decisions a second | of INCR | p99, us |\n"
                                + "|---|---|---|---|\n");
        double incr = 0;
        for (String lease : List.of("incr", "0s", "20ms", "100ms")) {
            List<Told> told =
                    run(
                            "100000000/min",
                            lease.equals("incr") ? "0s" : lease,
                            Trouble.NONE,
                            lease.equals("incr") ? "incr" : "limiter");
            double second = told.stream().mapToLong(Told::calls).sum() * 1_000.0 / MILLIS;
            incr = incr == 0 ? second : incr;
            table.append(
                    String.format(
                            Locale.ROOT,
                            "| %s | %,.0f | %.2f | %.1f |%n",
                            lease.equals("incr")
                                    ? "INCR"
                                    : lease.equals("0s") ? "no lease" : "lease of " + lease,
                            second,
                            second / incr,
                            told.stream().mapToLong(Told::p99).max().orElseThrow() / 1_000.0));
        }
        Files.writeString(Path.of("target", "four-nodes-speed.md"), table);
    }

    private static List<Told> run(String limit, String lease, Trouble trouble, String what)
            throws Exception {
        List<NodeProcess> nodes = new ArrayList<>();
        try (RealRedis redis = RealRedis.started()) {
            for (int i = 0; i < NODES; i++) {
                nodes.add(
                        NodeProcess.started(
                                List.of(
                                        "weir.redis.url=" + redis.url(),
                                        "weir.redis.engine=script",
                                        "weir.redis.deadline=200ms",
                                        "weir.policies=outage",
                                        "weir.policy.outage.key=global",
                                        "weir.policy.outage.limit=" + limit,
                                        "weir.policy.outage.lease=" + lease)));
            }
            for (NodeProcess node : nodes) {
                while (!node.ask("status").equals("REDIS " + NODES)) {
                    LockSupport.parkNanos(50_000_000);
                }
            }
            String word = what.equals("incr") ? "incr " + redis.url() : what;
            // The first run is for the compiler.
            spin(nodes, word, 3_000, redis, Trouble.NONE);
            LockSupport.parkNanos(2_500_000_000L); // what it has used is free again
            return spin(nodes, word, MILLIS, redis, trouble);
        } finally {
            nodes.forEach(NodeProcess::close);
        }
    }

    private static List<Told> spin(
            List<NodeProcess> nodes, String word, int millis, RealRedis redis, Trouble trouble)
            throws IOException {
        long at = System.nanoTime() + 1_000_000_000L;
        nodes.forEach(node -> node.tell("spin " + word + " " + at + " " + millis));
        long until = at + millis * 1_000_000L / 3;
        while (System.nanoTime() - until < 0) {
            LockSupport.parkNanos(1_000_000);
        }
        trouble.happens(redis, nodes.get(NODES - 1));
        List<Told> told = new ArrayList<>();
        for (NodeProcess node : nodes) {
            if (trouble != Trouble.A_NODE_DIES || node != nodes.get(NODES - 1)) {
                told.add(Told.of(node.heard()));
            }
        }
        return told;
    }
}
