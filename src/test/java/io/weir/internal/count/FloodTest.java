package io.weir.internal.count;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.Decision;
import io.weir.Key;
import io.weir.Limit;
import io.weir.Policy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Five million clients, each seen once, in a JVM of 256 MB: it does not run out of memory, nobody
 * who is refused gets free, and the memory comes back. How long a decision takes is printed, not
 * asserted.
 */
@Tag("heavy")
class FloodTest {

    private static final int CLIENTS = 5_000_000;
    private static final int MAX_KEYS = 250_000;
    private static final Duration WINDOW = Duration.ofMinutes(1);

    @Test
    void fiveMillionNetworksIn256Megabytes() throws Exception {
        Map<String, Long> said = new TreeMap<>();
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx256m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Flood.class.getName())
                        .redirectErrorStream(true)
                        .start();
        try {
            String out =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(out).isZero();
            out.lines()
                    .map(line -> line.split(" = "))
                    .forEach(pair -> said.put(pair[0], Long.valueOf(pair[1])));
        } finally {
            process.destroyForcibly();
        }
        StringBuilder report = new StringBuilder();
        said.forEach((what, value) -> report.append(what + ": " + value + "\n"));
        System.out.print(report);
        Files.writeString(Path.of("target", "flood.txt"), report);
        assertThat(said.get("victim admitted")).isZero();
        assertThat(said.get("told that it is full")).isEqualTo(1);
        assertThat(said.get("keys at most")).isLessThanOrEqualTo(MAX_KEYS);
        assertThat(said.get("keys a window later")).isZero();
        assertThat(said.get("KB a window later"))
                .isLessThan(said.getOrDefault("KB before", 0L) + 8_192);
    }

    /** The JVM of its own. */
    static final class Flood {

        private Flood() {}

        public static void main(String[] arguments) {
            AtomicLong full = new AtomicLong();
            AtomicLong shift = new AtomicLong();
            Ticker ticker = () -> System.nanoTime() + shift.get();
            CountingStore store = new CountingStore(MAX_KEYS, ticker, full::incrementAndGet);
            Policy policy = Policy.of("p", new Limit.SlidingWindow(3, WINDOW));
            Key victim = Key.ofClient("203.0.113.7");
            for (int i = 0; i < 3; i++) {
                store.tryAcquire(policy, victim, 1);
            }
            long before = used();
            long alone = p99(store, policy, 0, 200_000);
            long admitted = 0;
            long most = 0;
            for (int i = 200_000; i < CLIENTS; i++) {
                store.tryAcquire(policy, network(i), 1);
                if (i % 1_000 == 0) {
                    admitted += isAdmitted(store, policy, victim);
                    most = Math.max(most, store.size());
                }
                if (i % 500_000 == 0) {
                    store.sweep(); // as housekeeping does
                }
            }
            long flooded = p99(store, policy, CLIENTS, CLIENTS + 200_000);
            admitted += isAdmitted(store, policy, victim);
            long at = used();
            shift.addAndGet(WINDOW.toNanos());
            store.sweep();
            System.out.println("victim admitted = " + admitted);
            System.out.println("told that it is full = " + full);
            System.out.println("keys at most = " + most);
            System.out.println("keys a window later = " + store.size());
            System.out.println("KB before = " + before);
            System.out.println("KB flooded = " + at);
            System.out.println("KB a window later = " + used());
            System.out.println("p99 in ns of new clients before it is full = " + alone);
            System.out.println("p99 in ns of new clients when it is full = " + flooded);
        }

        private static long isAdmitted(CountingStore store, Policy policy, Key key) {
            return store.tryAcquire(policy, key, 1).decision() instanceof Decision.Admitted ? 1 : 0;
        }

        private static Key network(int i) {
            return Key.ofClient(
                    "2001:db8:"
                            + Integer.toHexString(i >>> 16)
                            + ":"
                            + Integer.toHexString(i & 0xffff)
                            + "::/64");
        }

        private static long p99(CountingStore store, Policy policy, int from, int to) {
            long[] took = new long[to - from];
            for (int i = from; i < to; i++) {
                Key key = network(i);
                long start = System.nanoTime();
                store.tryAcquire(policy, key, 1);
                took[i - from] = System.nanoTime() - start;
            }
            Arrays.sort(took);
            return took[took.length * 99 / 100];
        }

        private static long used() {
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            return (runtime.totalMemory() - runtime.freeMemory()) / 1024;
        }
    }
}
