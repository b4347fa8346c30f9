package io.weir.internal.redis;

import static io.weir.internal.redis.Fixtures.connected;
import static io.weir.internal.redis.Fixtures.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.CountWhen;
import io.weir.Decision;
import io.weir.Engine;
import io.weir.Key;
import io.weir.Limit;
import io.weir.Policy;
import io.weir.internal.count.CountingStore;
import io.weir.internal.count.Receipt;
import io.weir.internal.count.Store;
import io.weir.internal.guard.Terms;
import io.weir.testing.Policies;
import io.weir.testing.RealRedis;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import redis.clients.jedis.Jedis;

/**
 * What is promised of candidates, in memory and on two nodes of one Redis: they are asked about
 * every call as if they alone were in force, in the same round trip, and refuse nobody.
 */
class CandidateNodesTest {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Key ADA = Key.ofClient("203.0.113.7");
    private static final AtomicInteger NAMES = new AtomicInteger();

    private static RealRedis redis;
    private static RedisCounts one;
    private static RedisCounts two;

    @BeforeAll
    static void start() throws InterruptedException {
        redis = RealRedis.started();
        one = connected(redis);
        two = connected(redis, true);
    }

    @AfterAll
    static void stop() {
        one.close();
        two.close();
        redis.close();
    }

    /** Limits of one shape, for a number of permits. */
    private enum Shape {
        WINDOW,
        BUCKET,
        QUOTA,
        TWO;

        List<Limit> of(int permits) {
            int hours = 12 - LocalTime.now(ZoneOffset.UTC).getHour();
            Limit window = new Limit.SlidingWindow(permits, HOUR);
            Limit bucket = new Limit.TokenBucket(1, HOUR, permits);
            return switch (this) {
                case WINDOW -> List.of(window);
                case BUCKET -> List.of(bucket);
                case QUOTA ->
                        List.of(
                                new Limit.CalendarQuota(
                                        permits, Limit.Period.DAY, ZoneOffset.ofHours(hours)));
                case TWO -> List.of(new Limit.SlidingWindow(permits + 5, HOUR), bucket);
            };
        }
    }

    /** A policy, and its candidate, on two nodes. */
    private record Tried(Policy policy, Policy candidate, List<CountingStore> nodes) {

        static Tried of(
                Shape shape,
                int permits,
                Engine engine,
                CountWhen when,
                Shape other,
                int candidate,
                List<CountingStore> nodes) {
            Policy policy =
                    Policies.named("tried_" + NAMES.incrementAndGet())
                            .limits(shape.of(permits).toArray(Limit[]::new))
                            .engine(engine)
                            .countWhen(when)
                            .policy();
            Terms.Candidate tried = Terms.Candidate.of(policy, other.of(candidate), List.of());
            return new Tried(policy, tried.policy(), nodes);
        }

        Store.Both ask(int node, long cost) {
            Store store = nodes.get(node);
            return store.tryAcquire(policy, candidate, ADA, cost, store.budget());
        }

        static boolean admits(Decision decision) {
            assertThat(decision).isInstanceOfAny(Decision.Admitted.class, Decision.Refused.class);
            return decision instanceof Decision.Admitted;
        }
    }

    private static List<CountingStore> nodes(boolean shared) {
        CountingStore memory = new CountingStore(10_000, System::nanoTime, () -> {});
        return shared ? List.of(node(one), node(two)) : List.of(memory, memory);
    }

    static Stream<Arguments> cases() {
        List<Arguments> cases = new ArrayList<>();
        for (boolean shared : List.of(false, true)) {
            for (Engine engine : Engine.values()) {
                for (Shape shape : Shape.values()) {
                    for (Shape other : Shape.values()) {
                        if (engine == Engine.SCRIPT || shape == Shape.WINDOW) {
                            cases.add(Arguments.of(shared, engine, shape, other));
                        }
                    }
                }
            }
        }
        return cases.stream();
    }

    @ParameterizedTest(name = "shared {0}, {1}, {2}, candidate {3}")
    @MethodSource("cases")
    void eachIsAskedAsIfItWereAlone(boolean shared, Engine engine, Shape shape, Shape other) {
        List<CountingStore> nodes = nodes(shared);
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 5; round++) {
            int permits = 5 + random.nextInt(20);
            int candidate = 5 + random.nextInt(20);
            Tried tried =
                    Tried.of(shape, permits, engine, CountWhen.ALWAYS, other, candidate, nodes);
            long used = 0;
            long wouldBe = 0;
            for (int step = 0; step < 50; step++) {
                long cost = 1 + random.nextInt(3);
                Store.Both both = tried.ask(random.nextInt(2), cost);
                boolean admitted = Tried.admits(both.outcome().decision());
                boolean would = Tried.admits(both.candidate().decision());
                String at = "seed %s, round %s, step %s".formatted(seed, round, step);
                assertThat(admitted).as(at).isEqualTo(used + cost <= permits);
                assertThat(would).as("candidate, " + at).isEqualTo(wouldBe + cost <= candidate);
                used += admitted ? cost : 0;
                wouldBe += would ? cost : 0;
            }
        }
    }

    @ParameterizedTest(name = "shared {0}, {1}, {2}, candidate {3}")
    @MethodSource("cases")
    void manyThreadsGetExactlyThePermitsOfEach(
            boolean shared, Engine engine, Shape shape, Shape other) throws Exception {
        Tried tried = Tried.of(shape, 20, engine, CountWhen.ALWAYS, other, 30, nodes(shared));
        AtomicInteger admitted = new AtomicInteger();
        AtomicInteger would = new AtomicInteger();
        List<Callable<Void>> calls = new ArrayList<>();
        for (int i = 0; i < 80; i++) {
            int node = i % 2;
            calls.add(
                    () -> {
                        Store.Both both = tried.ask(node, 1);
                        admitted.addAndGet(Tried.admits(both.outcome().decision()) ? 1 : 0);
                        would.addAndGet(Tried.admits(both.candidate().decision()) ? 1 : 0);
                        return null;
                    });
        }
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try {
            for (Future<Void> call : threads.invokeAll(calls)) {
                call.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(admitted).hasValue(20);
        assertThat(would).hasValue(30);
    }

    /** What an operation gives back, or settles, it gives back to both. */
    @ParameterizedTest(name = "shared {0}, {1}, {2}, candidate {3}")
    @MethodSource("cases")
    void whatIsSettledIsSettledOfBoth(boolean shared, Engine engine, Shape shape, Shape other) {
        Tried tried = Tried.of(shape, 10, engine, CountWhen.SETTLED, other, 6, nodes(shared));
        Store.Both both = tried.ask(0, 5);
        Receipt receipts = both.outcome().receipt().and(both.candidate().receipt());
        assertThat(receipts.settle(1)).isTrue();
        assertThat(receipts.settle(1)).isFalse();
        both = tried.ask(0, 5); // the same node, which waits for what it has given back
        assertThat(Tried.admits(both.candidate().decision())).isTrue();
        assertThat(Tried.admits(tried.ask(0, 1).candidate().decision())).isFalse();
        assertThat(Tried.admits(tried.ask(0, 3).outcome().decision())).isTrue();
    }

    /** In Redis everything is one script, where one script does it. */
    @Test
    void aDecisionWithACandidateIsOneRoundTrip() {
        Tried tried =
                Tried.of(
                        Shape.BUCKET,
                        1_000,
                        Engine.SCRIPT,
                        CountWhen.ALWAYS,
                        Shape.WINDOW,
                        500,
                        List.of(node(one), node(two)));
        try (Jedis client = redis.client()) {
            tried.ask(0, 1);
            long before = scripts(client);
            for (int i = 0; i < 100; i++) {
                tried.ask(0, 1);
            }
            assertThat(scripts(client) - before).isEqualTo(100);
            assertThat(client.keys("weir:shop:" + tried.policy().name() + "*"))
                    .containsExactlyInAnyOrder(
                            "weir:shop:%s:{203.0.113.7}:bucket-3600s"
                                    .formatted(tried.policy().name()),
                            "weir:shop:%s%%0Acandidate:{203.0.113.7}:log2-3600s"
                                    .formatted(tried.policy().name()))
                    .allSatisfy(key -> assertThat(client.pttl(key)).isPositive());
        }
    }

    private static long scripts(Jedis client) {
        return Stream.of(client.info("commandstats").split("\r?\n"))
                .filter(line -> line.startsWith("cmdstat_evalsha:"))
                .mapToLong(
                        line ->
                                Long.parseLong(
                                        line.replaceAll("cmdstat_evalsha:calls=(\\d+),.*", "$1")))
                .sum();
    }

    /** Past both numbers nothing of an attack reaches Redis. */
    @Test
    void whatBothHaveRefusedIsRememberedOfBoth() {
        Tried tried =
                Tried.of(
                        Shape.WINDOW,
                        2,
                        Engine.SCRIPT,
                        CountWhen.ALWAYS,
                        Shape.WINDOW,
                        5,
                        List.of(node(one), node(two)));
        for (int i = 0; i < 6; i++) {
            tried.ask(0, 1);
        }
        try (Jedis client = redis.client()) {
            long before = scripts(client);
            for (int i = 0; i < 100; i++) {
                Store.Both both = tried.ask(0, 1);
                assertThat(Tried.admits(both.outcome().decision())).isFalse();
                assertThat(Tried.admits(both.candidate().decision())).isFalse();
            }
            assertThat(scripts(client) - before).isLessThan(20);
        }
    }

    /** One key that holds something strange is mended, and the other counts on. */
    @ParameterizedTest
    @EnumSource
    void aStrangeKeyIsMended(Engine engine) {
        Tried tried =
                Tried.of(
                        Shape.WINDOW,
                        100,
                        engine,
                        CountWhen.ALWAYS,
                        Shape.BUCKET,
                        100,
                        List.of(node(one), node(two)));
        tried.ask(0, 1);
        try (Jedis client = redis.client()) {
            String key =
                    "weir:shop:%s%%0Acandidate:{203.0.113.7}:bucket-3600s"
                            .formatted(tried.policy().name());
            assertThat(client.del(key)).isEqualTo(1);
            client.lpush(key, "strange");
            client.scriptFlush();
            assertThat(Tried.admits(tried.ask(1, 1).candidate().decision())).isTrue();
            assertThat(client.type(key)).isEqualTo("string");
        }
    }

    @Test
    void aResetIsOneOfBoth() throws Exception {
        Tried tried =
                Tried.of(
                        Shape.WINDOW,
                        2,
                        Engine.RRATELIMITER,
                        CountWhen.ALWAYS,
                        Shape.WINDOW,
                        3,
                        List.of(node(one), node(two)));
        for (int i = 0; i < 4; i++) {
            tried.ask(0, 1);
        }
        Terms terms =
                new Terms(
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        new Terms.Candidate(tried.candidate(), tried.policy().limits(), List.of()));
        terms.reset(tried.nodes().get(0), tried.policy(), ADA);
        int would = 0;
        for (int i = 0; i < 6; i++) {
            would += Tried.admits(tried.ask(0, 1).candidate().decision()) ? 1 : 0;
        }
        assertThat(would).isEqualTo(3);
    }

    /** Each node goes on from what it has admitted itself; what Redis does not know it is told. */
    @ParameterizedTest
    @EnumSource
    void throughAnOutage(Shape shape) throws Exception {
        try (RealRedis own = RealRedis.started();
                RedisCounts first = connected(own);
                RedisCounts second = connected(own)) {
            List<CountingStore> nodes = List.of(node(first), node(second));
            Tried tried =
                    Tried.of(Shape.BUCKET, 100, Engine.SCRIPT, CountWhen.ALWAYS, shape, 10, nodes);
            for (int i = 0; i < 4; i++) {
                assertThat(Tried.admits(tried.ask(0, 1).candidate().decision())).isTrue();
            }
            for (int i = 0; i < 2; i++) {
                assertThat(Tried.admits(tried.ask(1, 1).candidate().decision())).isTrue();
            }
            own.kill();
            assertThat(Tried.admits(tried.ask(0, 1).outcome().decision())).isTrue();
            assertThat(nodes.get(0).probe(first::probe)).isFalse();
            assertThat(nodes.get(1).probe(second::probe)).isFalse();
            for (int i = 0; i < 2; i++) {
                assertThat(Tried.admits(tried.ask(0, 1).candidate().decision())).isTrue();
            }
            assertThat(Tried.admits(tried.ask(1, 1).candidate().decision())).isTrue();
            own.start();
            untilServed(nodes, List.of(first, second));
            assertThat(Tried.admits(tried.ask(0, 1).candidate().decision())).isTrue();
            assertThat(wouldAdmit(tried, 1))
                    .as("told of 3 of the first node and of 1, and the first has asked again")
                    .isLessThanOrEqualTo(10 - 5);
            own.kill();
            assertThat(nodes.get(0).probe(first::probe)).isFalse();
            assertThat(wouldAdmit(tried, 0)).as("8 of 10 were used here").isEqualTo(2);
            own.start();
            untilServed(nodes, List.of(first, second));
            assertThat(wouldAdmit(tried, 0)).isZero();
            assertThat(Tried.admits(tried.ask(0, 1).outcome().decision())).isTrue();
        }
    }

    private static void untilServed(List<CountingStore> nodes, List<RedisCounts> redis)
            throws InterruptedException {
        long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!(nodes.get(0).probe(redis.get(0)::probe)
                & nodes.get(1).probe(redis.get(1)::probe))) {
            assertThat(System.nanoTime()).isLessThan(until);
            Thread.sleep(100);
        }
    }

    private static int wouldAdmit(Tried tried, int node) {
        int admitted = 0;
        while (Tried.admits(tried.ask(node, 1).candidate().decision())) {
            admitted++;
        }
        return admitted;
    }
}
