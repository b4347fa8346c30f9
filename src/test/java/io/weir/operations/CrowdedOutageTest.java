package io.weir.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.Decision;
import io.weir.Key;
import io.weir.Limit;
import io.weir.Policy;
import io.weir.internal.count.Breaker;
import io.weir.internal.count.CountingStore;
import io.weir.internal.count.SetTicker;
import io.weir.internal.count.Silent;
import io.weir.internal.count.Store;
import io.weir.internal.count.StoreUnavailableException;
import io.weir.internal.redis.RedisCounts;
import io.weir.testing.RealRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Half a million clients, each with one request a minute, and then Redis is killed: who is refused
 * that would not have been? A real Redis for the time before; the stores' clock is set, so the two
 * windows of the outage pass at once. docs/outage.md has the table that a run has printed.
 */
@Tag("heavy")
class CrowdedOutageTest {

    private static final int CROWD = 500_000;
    private static final int HONEST = 1_000;
    private static final int PERMITS = 100;
    private static final int SECONDS = 60;
    private static final int NEW_EACH_SECOND = HONEST / SECONDS;
    private static final int REQUESTS = 5;
    private static final Path REPORT = Path.of("target", "crowded-outage.md");

    private static final Policy POLICY =
            Policy.of("p", new Limit.SlidingWindow(PERMITS, Duration.ofSeconds(SECONDS)));
    private static final Key VICTIM = Key.ofClient("203.0.113.7");

    private final SetTicker ticker = SetTicker.anywhere();

    /** Clients of one kind, and what became of their requests while Redis was away. */
    private static final class Kind {
        private final String prefix;
        private long asked;
        private long refused;

        Kind(String prefix) {
            this.prefix = prefix;
        }

        void asks(Store store, int client) throws StoreUnavailableException {
            asked++;
            refused += admits(store, key(client)) ? 0 : 1;
        }

        Key key(int client) {
            return Key.ofClient(
                    prefix + (client >>> 16) + "." + (client >>> 8 & 255) + "." + (client & 255));
        }

        void begin() {
            asked = 0;
            refused = 0;
        }

        String share() {
            return String.format(Locale.ROOT, "%.1f %%", 100.0 * refused / asked);
        }
    }

    private static boolean admits(Store store, Key key) throws StoreUnavailableException {
        return store.tryAcquire(POLICY, key, 1).decision() instanceof Decision.Admitted;
    }

    @BeforeAll
    static void head() throws IOException {
        Files.createDirectories(REPORT.getParent());
        Files.writeString(
                REPORT,
                "| `weir.local.max-keys` | known before the crowd | came after it | came during the"
                        + " outage | the crowd itself | heap |\n|---|---|---|---|---|---|\n");
    }

    @AfterAll
    static void print() throws IOException {
        System.out.print(Files.readString(REPORT));
    }

    @ParameterizedTest
    @ValueSource(ints = {250_000, 1_000_000})
    void halfAMillionSlowClientsAndRedisIsKilled(int maxKeys) throws Exception {
        try (RealRedis redis = RealRedis.started();
                RedisCounts shared = MemoryTest.connected(redis)) {
            long before = used();
            Breaker breaker = new Breaker(ticker, 1, new Silent());
            CountingStore store =
                    new CountingStore(
                            maxKeys, ticker, () -> {}, shared, breaker, Duration.ofSeconds(5));
            assertThat(store.probe(shared::probe)).isTrue();

            for (int i = 0; i < PERMITS; i++) {
                assertThat(admits(store, VICTIM)).isTrue();
            }
            Kind known = new Kind("10.");
            Kind crowd = new Kind("11.");
            Kind after = new Kind("12.");
            Kind during = new Kind("13.");
            for (int i = 0; i < HONEST; i++) {
                known.asks(store, i);
            }
            comeAtOnce(store, crowd);
            for (int i = 0; i < HONEST; i++) {
                after.asks(store, i);
            }
            assertThat(List.of(known.refused, after.refused)).as("by Redis").containsOnly(0L);
            assertThat(admits(store, VICTIM)).isFalse();

            redis.kill();
            for (int i = 0; i < 10; i++) {
                known.asks(store, i);
            }
            while (!breaker.degraded()) { // as housekeeping does
                breaker.probe(shared::probe);
                ticker.advance(Duration.ofMillis(500).toNanos());
            }
            List.of(known, crowd, after, during).forEach(Kind::begin);
            for (int second = 1; second < 2 * SECONDS; second++) {
                ticker.advance(Duration.ofSeconds(1).toNanos());
                for (int i = second % SECONDS; i < CROWD; i += SECONDS) {
                    crowd.asks(store, i);
                }
                for (int i = second % 2; i < HONEST; i += 2) {
                    known.asks(store, i);
                    after.asks(store, i);
                }
                for (int i = 0; i < REQUESTS * NEW_EACH_SECOND; i++) {
                    during.asks(store, NEW_EACH_SECOND * second + i);
                }
                if (second % 5 == 0) { // as housekeeping does
                    store.sweep();
                }
                assertThat(store.size()).isLessThanOrEqualTo(maxKeys);
                if (second < SECONDS - 1) {
                    assertThat(admits(store, VICTIM)).as("second " + second).isFalse();
                }
            }
            long bytes = used() - before;
            Files.writeString(
                    REPORT,
                    String.format(
                            Locale.ROOT,
                            "| %,d | %s | %s | %s | %s | %d MB, %,d keys |%n",
                            maxKeys,
                            known.share(),
                            after.share(),
                            during.share(),
                            crowd.share(),
                            bytes >> 20,
                            store.size()),
                    StandardOpenOption.APPEND);
            assertThat(known.refused).as("known").isZero();
            if (maxKeys > CROWD + 4 * HONEST) {
                assertThat(List.of(after.refused, during.refused, crowd.refused))
                        .as("there is room for all")
                        .containsOnly(0L);
            }
        }
    }

    /** One request each, while Redis is there. */
    private static void comeAtOnce(Store store, Kind crowd) throws Exception {
        int threads = 16;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<Integer>> parts = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                int from = t;
                parts.add(
                        pool.submit(
                                () -> {
                                    int refused = 0;
                                    for (int i = from; i < CROWD; i += threads) {
                                        refused += admits(store, crowd.key(i)) ? 0 : 1;
                                    }
                                    return refused;
                                }));
            }
            for (Future<Integer> part : parts) {
                assertThat(part.get()).as("by Redis").isZero();
            }
        } finally {
            pool.shutdownNow();
        }
    }

    private static long used() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
