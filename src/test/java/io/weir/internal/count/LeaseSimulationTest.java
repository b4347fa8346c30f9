package io.weir.internal.count;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.Decision;
import io.weir.Key;
import io.weir.Limit;
import io.weir.Policy;
import io.weir.testing.Policies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What leases cost and save, with up to 1,000 nodes that want a third more than there is: of one
 * limit for all, in windows of two seconds. The nodes are what is deployed, on a clock that is set.
 */
class LeaseSimulationTest {

    private static final Key HOT = Key.ofClient("203.0.113.7");
    private static final Duration WINDOW = Duration.ofSeconds(2);
    private static final int WANTED = 400;
    private static final int OF_A_NODE = 300;
    private static final int SECONDS = 8;

    private static String row(int nodes, int leaseMillis) {
        long permits = 2L * OF_A_NODE * nodes;
        Policy policy =
                Policies.named("hot")
                        .limits(new Limit.SlidingWindow(permits, WINDOW))
                        .lease(Duration.ofMillis(leaseMillis))
                        .policy();
        SetTicker ticker = new SetTicker(0);
        CountedThere shared = new CountedThere(new CountingStore(100_000, ticker, () -> {}));
        List<CountingStore> stores = new ArrayList<>();
        for (int i = 0; i < nodes; i++) {
            Breaker breaker = new Breaker(ticker, nodes, new Silent());
            stores.add(
                    new CountingStore(
                            10_000, ticker, () -> {}, shared, breaker, Duration.ofMillis(50)));
            beat(stores.get(i), nodes);
        }
        Random random = new Random(nodes + leaseMillis);
        int[] used = new int[SECONDS * 1_000];
        long decided = 0;
        int quiet = 0;
        int quietRefused = 0;
        int busy = 0;
        int busyRefused = 0;
        for (int milli = 0; milli < used.length; milli++) {
            for (int n = 0; n < nodes; n++) {
                if (milli % 500 == n % 500) {
                    beat(stores.get(n), nodes);
                }
                boolean isQuiet = n == 0;
                if (random.nextInt(1_000) >= (isQuiet ? 20 : WANTED)) {
                    continue;
                }
                decided++;
                boolean admitted =
                        stores.get(n).tryAcquire(policy, HOT, 1).decision()
                                instanceof Decision.Admitted;
                used[milli] += admitted ? 1 : 0;
                if (milli >= 4_000 && isQuiet) {
                    quiet++;
                    quietRefused += admitted ? 0 : 1;
                } else if (milli >= 4_000) {
                    busy++;
                    busyRefused += admitted ? 0 : 1;
                }
            }
            ticker.advance(1_000_000);
        }
        long most = 0;
        long sum = 0;
        long all = 0;
        for (int milli = 0; milli < used.length; milli++) {
            sum += used[milli] - (milli >= 2_000 ? used[milli - 2_000] : 0);
            most = Math.max(most, sum);
            all += milli >= 4_000 ? used[milli] : 0;
        }
        assertThat(most).as("%s nodes, %s ms", nodes, leaseMillis).isLessThanOrEqualTo(permits);
        return String.format(
                Locale.ROOT,
                "| %,d | %s | %.3f | %.3f | %.1f %% | %.1f %% | %.0f %% |%n",
                nodes,
                leaseMillis == 0 ? "none" : leaseMillis + " ms",
                (double) most / permits,
                all / (2.0 * permits),
                100.0 * quietRefused / quiet,
                100.0 * busyRefused / busy,
                100.0 * shared.asked / decided);
    }

    private static void beat(CountingStore store, int nodes) {
        store.probe(() -> new Heartbeat(nodes, false, Duration.ZERO));
    }

    private static String table(int... nodes) {
        StringBuilder table = new StringBuilder();
        for (int n : nodes) {
            for (int lease : new int[] {0, 20, 100}) {
                table.append(row(n, lease));
            }
        }
        return table.toString();
    }

    @Test
    void aFewNodes() throws IOException {
        assertThat(Path.of("docs/leases.md")).content().contains(table(2, 10));
    }

    @Test
    @Tag("heavy")
    void manyNodes() throws IOException {
        String table = table(2, 10, 100, 1_000);
        Files.writeString(Files.createDirectories(Path.of("target")).resolve("leases.md"), table);
        assertThat(Path.of("docs/leases.md")).content().contains(table);
    }
}
