package io.weir.internal.count;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.Decision;
import io.weir.Key;
import io.weir.Limit;
import io.weir.Policy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Many clients that use up a large window, in a JVM of 256 MB with the default bound: the memory of
 * what they have used is bounded, and nobody gets more than the limit.
 */
@Tag("heavy")
class LargeWindowsTest {

    private static final int MAX_KEYS = 250_000;

    /** {@code 10000/day} one by one, and a budget of tokens by calls of 4,000. */
    @ParameterizedTest
    @CsvSource({"10000, 86400, 1, 20000, 1500", "200000, 60, 4000, 100000, 60"})
    void in256Megabytes(int permits, int seconds, int cost, int clients, int calls)
            throws Exception {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx256m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Filled.class.getName(),
                                "" + permits,
                                "" + seconds,
                                "" + cost,
                                "" + clients,
                                "" + calls)
                        .redirectErrorStream(true)
                        .start();
        try {
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            System.out.print(said);
            assertThat(process.waitFor()).as(said).isZero();
            assertThat(said).contains("too much: 0");
        } finally {
            process.destroyForcibly();
        }
    }

    /** The JVM of its own. */
    static final class Filled {

        private Filled() {}

        public static void main(String[] arguments) {
            int permits = Integer.parseInt(arguments[0]);
            Duration window = Duration.ofSeconds(Long.parseLong(arguments[1]));
            int cost = Integer.parseInt(arguments[2]);
            int clients = Integer.parseInt(arguments[3]);
            int calls = Integer.parseInt(arguments[4]);
            SetTicker ticker = new SetTicker(0);
            CountingStore store = new CountingStore(MAX_KEYS, ticker, () -> {});
            Policy policy = Policy.of("p", new Limit.SlidingWindow(permits, window));
            long[] used = new long[clients];
            for (int call = 0; call < calls; call++) {
                for (int client = 0; client < clients; client++) {
                    Key key = Key.ofClient("10.0." + (client >> 8) + "." + (client & 255));
                    if (store.tryAcquire(policy, key, cost).decision()
                            instanceof Decision.Admitted) {
                        used[client] += cost;
                    }
                }
                ticker.advance(window.toNanos() / calls / 2); // all of it within one window
            }
            long tooMuch = 0;
            long least = Long.MAX_VALUE;
            for (long of : used) {
                tooMuch += of > permits ? 1 : 0;
                least = Math.min(least, of);
            }
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            System.out.println("too much: " + tooMuch);
            System.out.println("least: " + least);
            System.out.println("keys: " + store.size());
            System.out.println("MB: " + (runtime.totalMemory() - runtime.freeMemory()) / (1 << 20));
        }
    }
}
