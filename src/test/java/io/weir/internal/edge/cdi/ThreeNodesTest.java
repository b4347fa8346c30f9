package io.weir.internal.edge.cdi;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.OnOutage;
import io.weir.testing.RealRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What {@code OutageSimulationTest} simulates, by three JVMs and a real Redis that is frozen or
 * killed: on the wall clock, so it takes minutes.
 */
@Tag("heavy")
class ThreeNodesTest {

    private static final int NODES = 3;
    private static final int LIMIT = 100;
    private static final Duration WINDOW = Duration.ofSeconds(15);
    private static final Duration STEP = Duration.ofMillis(50);
    private static final Duration HONEST_EVERY = WINDOW.multipliedBy(10).dividedBy(LIMIT * 8L);
    private static final Duration SPELL = Duration.ofSeconds(3);

    private record Seen(boolean changes, int greedy, int refused, int asked) {}

    /** How Redis goes and comes back. */
    private interface Cable {
        void pull();

        void plug();
    }

    @Test
    void oneFlapOrSix() throws Exception {
        StringBuilder table =
                new StringBuilder(
                        "| on-outage | away | comes back | client | greedy | honest refused |\n|---|---|---|---|---|---|\n");
        for (OnOutage rule : new OnOutage[] {OnOutage.LOCAL, OnOutage.LOCAL_SHARE}) {
            for (int flaps : new int[] {1, 6}) {
                for (boolean forgets : new boolean[] {false, true}) {
                    for (Seen seen : run(rule, flaps, forgets)) {
                        table.append(
                                "| `%s` | %s | %s | %s | %d | %s |%n"
                                        .formatted(
                                                rule,
                                                flaps == 1 ? "3 s" : "six of 3 s",
                                                forgets ? "empty (killed)" : "full (frozen)",
                                                seen.changes() ? "changes" : "stays",
                                                seen.greedy(),
                                                seen.refused() == 0
                                                        ? "0"
                                                        : seen.refused() + " of " + seen.asked()));
                        int bound =
                                !seen.changes()
                                        ? LIMIT
                                        : rule == OnOutage.LOCAL
                                                ? NODES * LIMIT
                                                : 2 * LIMIT + NODES;
                        assertThat(seen.greedy()).as(table.toString()).isLessThanOrEqualTo(bound);
                    }
                }
            }
        }
        System.out.println(table);
        Files.writeString(Path.of("target", "three-nodes.md"), table);
    }

    private static List<Seen> run(OnOutage rule, int flaps, boolean forgets) throws Exception {
        List<NodeProcess> nodes = new ArrayList<>();
        try (RealRedis redis = RealRedis.started()) {
            for (int i = 0; i < NODES; i++) {
                nodes.add(
                        NodeProcess.started(
                                List.of(
                                        "weir.redis.url=" + redis.url(),
                                        "weir.policies=outage",
                                        "weir.policy.outage.limit="
                                                + LIMIT
                                                + "/"
                                                + WINDOW.toSeconds()
                                                + "s",
                                        "weir.policy.outage.key=global",
                                        "weir.policy.outage.on-outage="
                                                + rule.name().toLowerCase(Locale.ROOT))));
            }
            for (NodeProcess node : nodes) {
                await(node, "REDIS " + NODES);
            }
            Cable cable =
                    new Cable() {
                        @Override
                        public void pull() {
                            if (forgets) {
                                redis.kill();
                            } else {
                                redis.freeze();
                            }
                        }

                        @Override
                        public void plug() {
                            if (forgets) {
                                redis.start();
                            } else {
                                redis.thaw();
                            }
                        }
                    };
            return traffic(nodes, cable, flaps);
        } finally {
            nodes.forEach(NodeProcess::close);
        }
    }

    /** A greedy client and an honest one that stay on the first node, and two that change. */
    private static List<Seen> traffic(List<NodeProcess> nodes, Cable cable, int flaps)
            throws IOException {
        List<Long> staying = new ArrayList<>();
        List<Long> changing = new ArrayList<>();
        int stayingRefused = 0;
        int changingRefused = 0;
        int asked = 0;
        boolean away = false;
        long start = System.nanoTime();
        long trouble = WINDOW.toNanos() + WINDOW.dividedBy(3).toNanos();
        long spell = SPELL.toNanos();
        long end = trouble + (2L * flaps - 1) * spell + WINDOW.multipliedBy(2).toNanos();
        long honest = 0;
        for (long now = 0; now < end; now = System.nanoTime() - start) {
            long since = now - trouble;
            boolean shouldBe = since >= 0 && since / spell < 2L * flaps && since / spell % 2 == 0;
            if (shouldBe != away) {
                away = shouldBe;
                if (away) {
                    cable.pull();
                } else {
                    cable.plug();
                }
            }
            take(nodes.get(0), "greedy-stays", staying);
            for (NodeProcess node : nodes) {
                take(node, "greedy-changes", changing);
            }
            if (now >= honest) {
                honest += HONEST_EVERY.toNanos();
                NodeProcess other = nodes.get(asked++ % nodes.size());
                stayingRefused += nodes.get(0).ask("one honest-stays").equals("1") ? 0 : 1;
                changingRefused += other.ask("one honest-changes").equals("1") ? 0 : 1;
            }
            LockSupport.parkNanos(STEP.toNanos());
        }
        return List.of(
                new Seen(false, inWorstWindow(staying), stayingRefused, asked),
                new Seen(true, inWorstWindow(changing), changingRefused, asked));
    }

    private static void take(NodeProcess node, String key, List<Long> admitted) throws IOException {
        long before = System.nanoTime();
        int taken = Integer.parseInt(node.ask("all " + key));
        for (int i = 0; i < taken; i++) {
            admitted.add(before);
        }
    }

    /**
     * Times are when a burst was asked for, which is up to a second before it was admitted: the
     * window is shorter by that, so that no two bursts are held together that were not.
     */
    private static int inWorstWindow(List<Long> times) {
        long window = WINDOW.minusSeconds(1).toNanos();
        int worst = 0;
        int first = 0;
        for (int last = 0; last < times.size(); last++) {
            while (times.get(last) - times.get(first) >= window) {
                first++;
            }
            worst = Math.max(worst, last - first + 1);
        }
        return worst;
    }

    private static void await(NodeProcess node, String status) throws IOException {
        long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        String is = node.ask("status");
        while (!is.equals(status) && System.nanoTime() < until) {
            LockSupport.parkNanos(STEP.toNanos());
            is = node.ask("status");
        }
        assertThat(is).isEqualTo(status);
    }
}
