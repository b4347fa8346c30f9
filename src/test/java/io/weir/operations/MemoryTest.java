package io.weir.operations;

import static io.weir.testing.Asked.acquire;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.weir.Decision.Admitted;
import io.weir.Engine;
import io.weir.Key;
import io.weir.Limit;
import io.weir.Limit.SlidingWindow;
import io.weir.Limit.TokenBucket;
import io.weir.OnRefusal;
import io.weir.Policy;
import io.weir.internal.count.StoreUnavailableException;
import io.weir.internal.redis.RedisCounts;
import io.weir.testing.Policies;
import io.weir.testing.RealRedis;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/**
 * How many clients fit a Redis of 256 MB, and what becomes of the limits when more come: a million
 * clients view a product each, and again after others have come. The window is an hour, so that
 * nothing expires in the run; that makes each name two characters longer than with a minute.
 * docs/operations.md has what a run has printed, and the bytes are compared with it.
 */
@Tag("heavy")
class MemoryTest {

    private static final Duration WINDOW = Duration.ofHours(1);
    private static final Duration DEADLINE = Duration.ofSeconds(5);
    private static final int MEGABYTES = 256;
    private static final int THREADS = 32;
    private static final int CLIENTS = 1_000_000;

    /** A client comes again when so many others have come after it. */
    private static final int[] LATER = {10_000, 100_000, 300_000, CLIENTS};

    private static final Limit ONCE = new SlidingWindow(1, WINDOW);

    private final StringBuilder report = new StringBuilder();

    /** What one client costs when all of its permits are used. */
    private record Row(String label, Engine engine, Limit limit, int clients) {}

    /** So many that the tables of Redis, which grow by doubling, are nearly full. */
    private static final List<Row> ROWS =
            List.of(
                    new Row("1 a minute", Engine.RRATELIMITER, ONCE, 10_500),
                    new Row("10 a minute", Engine.RRATELIMITER, sliding(10), 2_600),
                    new Row("100 a minute", Engine.RRATELIMITER, sliding(100), 650),
                    new Row("1 a minute", Engine.SCRIPT, ONCE, 16_000),
                    new Row("10 a minute", Engine.SCRIPT, sliding(10), 4_000),
                    new Row("100 a minute", Engine.SCRIPT, sliding(100), 1_000),
                    new Row("token bucket", Engine.SCRIPT, bucket(), 16_000));

    private static Limit sliding(int permits) {
        return new SlidingWindow(permits, WINDOW);
    }

    private static Limit bucket() {
        return new TokenBucket(1, WINDOW, 1);
    }

    private static Policy policy(Engine engine, Limit limit) {
        return Policies.named("view_count")
                .limits(limit)
                .onRefusal(OnRefusal.SKIP)
                .engine(engine)
                .policy();
    }

    /** Addresses spread over all of IPv4, and a thousand products. */
    private static Key client(int number) {
        int bits = number * 0x9E3779B1;
        String address =
                (bits >>> 24)
                        + "."
                        + (bits >>> 16 & 255)
                        + "."
                        + (bits >>> 8 & 255)
                        + "."
                        + (bits & 255);
        return Key.ofClient(address, String.valueOf(1 + number % 1000));
    }

    private static Key clientOfIpv6(int number) {
        String network =
                "2001:db8:%x:%x::/64".formatted(number >>> 16 | 0x1000, number & 0xffff | 0x1000);
        return Key.ofClient(network, String.valueOf(1 + number % 1000));
    }

    static RedisCounts connected(RealRedis redis) throws InterruptedException {
        RedisCounts store = new RedisCounts(redis.settings(DEADLINE), () -> "shop", false);
        long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (true) {
            try {
                store.probe();
                return store;
            } catch (StoreUnavailableException e) {
                assertThat(System.nanoTime()).as(e.getMessage()).isLessThan(until);
                Thread.sleep(50);
            }
        }
    }

    private static RealRedis redis() {
        return RealRedis.started(
                "--maxmemory", MEGABYTES + "mb", "--maxmemory-policy", "allkeys-lru");
    }

    private static long info(RealRedis redis, String name) {
        try (Jedis client = redis.client()) {
            return client.info()
                    .lines()
                    .filter(line -> line.startsWith(name + ":"))
                    .map(line -> Long.parseLong(line.substring(name.length() + 1)))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static String version(RealRedis redis) {
        try (Jedis client = redis.client()) {
            return client.info("server")
                    .lines()
                    .filter(line -> line.startsWith("redis_version:"))
                    .findFirst()
                    .orElseThrow()
                    .substring("redis_version:".length());
        }
    }

    private interface Step {
        void at(int position) throws StoreUnavailableException;
    }

    /** In the order of the positions, as far as several threads go in order; counts failures. */
    private static int inOrder(int positions, Step step) throws Exception {
        AtomicInteger next = new AtomicInteger();
        AtomicInteger failures = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                running.add(
                        threads.submit(
                                () -> {
                                    for (int at = next.getAndIncrement();
                                            at < positions;
                                            at = next.getAndIncrement()) {
                                        try {
                                            step.at(at);
                                        } catch (StoreUnavailableException e) {
                                            failures.incrementAndGet();
                                        }
                                    }
                                }));
            }
            for (Future<?> one : running) {
                one.get();
            }
        } finally {
            threads.shutdownNow();
        }
        return failures.get();
    }

    private static boolean admits(RedisCounts store, Policy policy, Key key)
            throws StoreUnavailableException {
        return acquire(store, policy, key, 1).decision() instanceof Admitted;
    }

    /** Each client comes again when all have come: permits of one instant would be one entry. */
    private static long bytes(Row row, IntFunction<Key> keys) throws Exception {
        try (RealRedis redis = redis();
                RedisCounts store = connected(redis)) {
            Policy policy = policy(row.engine(), row.limit());
            admits(store, policy, Key.ofClient("warm")); // loads the scripts
            long before = info(redis, "used_memory");
            int permits = (int) row.limit().permits();
            int failures =
                    inOrder(
                            row.clients() * permits,
                            at ->
                                    assertThat(
                                                    admits(
                                                            store,
                                                            policy,
                                                            keys.apply(at % row.clients())))
                                            .isTrue());
            assertThat(failures).isZero();
            try (Jedis client = redis.client()) {
                assertThat(client.dbSize()).isGreaterThan(row.clients());
                assertThat(client.info("keyspace")).contains("expires=" + client.dbSize());
            }
            return (info(redis, "used_memory") - before) / row.clients();
        }
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private void say(String line) {
        System.out.println(line);
        report.append(line).append('\n');
    }

    private static String name(Engine engine) {
        return engine.name().toLowerCase(Locale.ROOT);
    }

    @Test
    void aMillionClients() throws Exception {
        try (RealRedis redis = redis()) {
            say(
                    "Redis "
                            + version(redis)
                            + ", Java "
                            + Runtime.version().feature()
                            + ", "
                            + Runtime.getRuntime().availableProcessors()
                            + " processors");
        }
        say("");
        say("| engine | limit, all used | bytes for a client | clients in 256 MB |");
        say("|---|---|---|---|");
        for (Row row : ROWS) {
            sayRow(row, row.label(), MemoryTest::client);
            if (row.limit() == ONCE) {
                sayRow(row, row.label() + ", IPv6", MemoryTest::clientOfIpv6);
            }
        }
        say("");
        say("| engine | came again after | clients | over their limit | share |");
        say("|---|---|---|---|---|");
        List<String> ends = new ArrayList<>();
        for (Engine engine : List.of(Engine.RRATELIMITER, Engine.SCRIPT)) {
            ends.add(flood(engine));
        }
        say("");
        ends.forEach(this::say);
        Files.writeString(Path.of("target", "operations-memory.md"), report);
    }

    private void sayRow(Row row, String label, IntFunction<Key> keys) throws Exception {
        long bytes = bytes(row, keys);
        List<String> inGuide =
                Guide.rows("Memory and eviction").stream()
                        .filter(line -> line.get(0).equals("`" + name(row.engine()) + "`"))
                        .filter(line -> line.get(1).equals(label))
                        .findFirst()
                        .orElseThrow();
        assertThat(bytes)
                .as(label)
                .isCloseTo(Long.parseLong(inGuide.get(2).replace(",", "")), withinPercentage(15));
        long fit = MEGABYTES * 1024L * 1024 / bytes;
        say(
                "| `"
                        + name(row.engine())
                        + "` | "
                        + label
                        + " | "
                        + number(bytes)
                        + " | "
                        + number(fit)
                        + " |");
    }

    private String flood(Engine engine) throws Exception {
        Policy policy = policy(engine, ONCE);
        AtomicIntegerArray asked = new AtomicIntegerArray(2 * LATER.length);
        AtomicIntegerArray over = new AtomicIntegerArray(2 * LATER.length);
        AtomicInteger came = new AtomicInteger();
        AtomicInteger refusedAtOnce = new AtomicInteger();
        AtomicInteger cameBeforeEviction = new AtomicInteger(-1);
        long start = System.nanoTime();
        try (RealRedis redis = redis();
                RedisCounts store = connected(redis)) {
            Step step =
                    at -> {
                        if (at < CLIENTS) {
                            if (!admits(store, policy, client(at))) {
                                refusedAtOnce.incrementAndGet();
                            }
                            if (came.incrementAndGet() % 1000 == 0
                                    && cameBeforeEviction.get() < 0
                                    && info(redis, "evicted_keys") > 0) {
                                cameBeforeEviction.set(came.get());
                            }
                        }
                        for (int i = 0; i < LATER.length; i++) {
                            int who = at - LATER[i];
                            if (who >= 0 && who < CLIENTS && who % LATER.length == i) {
                                boolean evicts = cameBeforeEviction.get() >= 0;
                                boolean twice = admits(store, policy, client(who));
                                int place = 2 * i + (evicts ? 1 : 0);
                                asked.incrementAndGet(place);
                                over.addAndGet(place, twice ? 1 : 0);
                            }
                        }
                    };
            int errors = inOrder(2 * CLIENTS, step);
            assertThat(errors).as("errors").isZero();
            assertThat(refusedAtOnce.get()).as("refused though they are new").isZero();
            for (int i = 0; i < 2 * LATER.length; i++) {
                String when = i % 2 == 0 ? "before" : "after";
                if (asked.get(i) > 0) {
                    say(
                            "| `"
                                    + name(engine)
                                    + "` | "
                                    + number(LATER[i / 2])
                                    + " others, "
                                    + when
                                    + " eviction began | "
                                    + number(asked.get(i))
                                    + " | "
                                    + number(over.get(i))
                                    + " | "
                                    + String.format(
                                            Locale.ROOT,
                                            "%.2f %%",
                                            100.0 * over.get(i) / asked.get(i))
                                    + " |");
                    if (i % 2 == 0) {
                        assertThat(over.get(i)).as("over the limit without eviction").isZero();
                    }
                }
            }
            long hits = info(redis, "keyspace_hits");
            long misses = info(redis, "keyspace_misses");
            try (Jedis client = redis.client()) {
                assertThat(client.info("keyspace")).contains("expires=" + client.dbSize());
            }
            return "`"
                    + name(engine)
                    + "`: "
                    + (cameBeforeEviction.get() < 0
                            ? "all clients fit, nothing was evicted"
                            : "eviction began at client " + number(cameBeforeEviction.get()))
                    + "; errors "
                    + errors
                    + ", evicted_keys "
                    + number(info(redis, "evicted_keys"))
                    + ", expired_keys "
                    + number(info(redis, "expired_keys"))
                    + ", used_memory "
                    + number(info(redis, "used_memory"))
                    + ", hit rate "
                    + 100 * hits / (hits + misses)
                    + " %"
                    + ", "
                    + Duration.ofNanos(System.nanoTime() - start).toSeconds()
                    + " s.";
        }
    }
}
