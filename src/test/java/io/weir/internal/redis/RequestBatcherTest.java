package io.weir.internal.redis;

import static io.weir.internal.redis.Fixtures.MINUTE;
import static io.weir.internal.redis.Fixtures.connected;
import static io.weir.internal.redis.Fixtures.probeUntilItServes;
import static io.weir.internal.redis.Fixtures.script;
import static io.weir.testing.Asked.acquire;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.Decision;
import io.weir.Decision.Admitted;
import io.weir.Decision.Refused;
import io.weir.Key;
import io.weir.Limit;
import io.weir.Limit.SlidingWindow;
import io.weir.Limit.TokenBucket;
import io.weir.Policy;
import io.weir.internal.count.StoreUnavailableException;
import io.weir.testing.FirstKeyProxy;
import io.weir.testing.LossyProxy;
import io.weir.testing.RealRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.SetParams;

/** Threads that ask at the same time share round trips; what they are told is their own. */
class RequestBatcherTest {

    private static final int THREADS = 40;
    private static final Duration HOUR = Duration.ofHours(1);

    private static RealRedis redis;
    private static RedisCounts store;
    private static ExecutorService threads;

    @BeforeAll
    static void start() throws InterruptedException {
        redis = RealRedis.started();
        store = connected(redis);
        threads = Executors.newFixedThreadPool(THREADS);
    }

    @AfterAll
    static void stop() {
        threads.shutdownNow();
        store.close();
        redis.close();
    }

    /** Of a thread: kinds in turn, each with a number of permits of its own. */
    private static Policy policy(String name, int thread) {
        int permits = 10 + thread;
        Limit limit =
                thread % 2 == 0
                        ? new SlidingWindow(permits, HOUR)
                        : new TokenBucket(1, HOUR, permits);
        return script(name + thread, limit);
    }

    private static Key key(int thread) {
        return Key.ofClient("203.0.113." + thread);
    }

    private interface Asking {
        List<Decision> of(int thread) throws Exception;
    }

    /** What each thread is told, all having started together. */
    private static List<List<Decision>> together(Asking asking) throws Exception {
        CountDownLatch ready = new CountDownLatch(THREADS);
        List<Callable<List<Decision>>> calls = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int thread = i;
            calls.add(
                    () -> {
                        ready.countDown();
                        ready.await();
                        return asking.of(thread);
                    });
        }
        List<List<Decision>> told = new ArrayList<>();
        for (Future<List<Decision>> call : threads.invokeAll(calls)) {
            told.add(call.get());
        }
        return told;
    }

    private static List<Decision> ask(RedisCounts store, Policy policy, Key key, int times)
            throws Exception {
        List<Decision> decisions = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            decisions.add(acquire(store, policy, key, 1).decision());
        }
        return decisions;
    }

    /** The first calls are admitted, and count down; the others are refused. */
    private static void assertTold(List<Decision> told, int permits) {
        for (int i = 0; i < told.size(); i++) {
            Decision decision = told.get(i);
            assertThat(decision).isInstanceOf(i < permits ? Admitted.class : Refused.class);
            assertThat(decision.limits().get(0).permits()).isEqualTo(permits);
            assertThat(decision.limits().get(0).remaining())
                    .isEqualTo(Math.max(0, permits - 1 - i));
        }
    }

    private static long scripts() {
        try (Jedis client = redis.client()) {
            return client.info("commandstats")
                    .lines()
                    .filter(line -> line.startsWith("cmdstat_eval"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll(".*:calls=(\\d+),.*", "$1")))
                    .sum();
        }
    }

    @Test
    void eachIsToldItsOwn() throws Exception {
        long before = scripts();
        List<List<Decision>> told =
                together(thread -> ask(store, policy("own", thread), key(thread), 60));
        for (int thread = 0; thread < THREADS; thread++) {
            assertTold(told.get(thread), 10 + thread);
        }
        assertThat(scripts() - before).as("round trips").isLessThan(THREADS * 60);
    }

    @Test
    void onesStrangeKeyIsNothingToTheOthers() throws Exception {
        for (int round = 0; round < 20; round++) {
            String name = "strange" + round + "-";
            try (Jedis client = redis.client()) {
                for (int thread = 0; thread < THREADS; thread += 4) {
                    String log =
                            "weir:shop:"
                                    + name
                                    + thread
                                    + ":{"
                                    + key(thread).text()
                                    + "}:log2-3600s";
                    client.hset(log, "no", "log");
                    String text =
                            "weir:shop:"
                                    + name
                                    + (thread + 1)
                                    + ":{"
                                    + key(thread + 1).text()
                                    + "}:bucket-3600s";
                    client.set(text, "no bucket", new SetParams().px(3_600_000));
                }
            }
            List<List<Decision>> told =
                    together(thread -> ask(store, policy(name, thread), key(thread), 1));
            for (int thread = 0; thread < THREADS; thread++) {
                assertTold(told.get(thread), 10 + thread);
            }
        }
    }

    /** Several permits from a log are more than the short way through the script knows. */
    @Test
    void costsBesideEachOther() throws Exception {
        List<List<Decision>> told =
                together(
                        thread ->
                                List.of(
                                        acquire(
                                                        store,
                                                        policy("cost", thread),
                                                        key(thread),
                                                        1 + thread % 5)
                                                .decision()));
        for (int thread = 0; thread < THREADS; thread++) {
            Decision decision = told.get(thread).get(0);
            assertThat(decision).isInstanceOf(Admitted.class);
            assertThat(decision.limits().get(0).remaining())
                    .isEqualTo(10 + thread - 1 - thread % 5);
        }
    }

    @Test
    void aScriptThatRedisForgetsMeanwhile() throws Exception {
        List<List<Decision>> told =
                together(
                        thread -> {
                            List<Decision> decisions = new ArrayList<>();
                            for (int i = 0; i < 60; i++) {
                                if (thread == 0 && i == 20) {
                                    try (Jedis client = redis.client()) {
                                        client.scriptFlush();
                                    }
                                }
                                decisions.addAll(
                                        ask(store, policy("forgotten", thread), key(thread), 1));
                            }
                            return decisions;
                        });
        for (int thread = 0; thread < THREADS; thread++) {
            assertTold(told.get(thread), 10 + thread);
        }
    }

    /** Two round trips one after the other would take longer than the deadline. */
    @Test
    void nobodyWaitsForTheWayOfOthersWhereItIsLong() throws Exception {
        try (LossyProxy proxy = LossyProxy.to(redis.port());
                RedisCounts far =
                        new RedisCounts(
                                new RedisSettings(
                                        RedisSettings.Topology.SINGLE,
                                        List.of(proxy.url()),
                                        Optional.empty(),
                                        0,
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty(),
                                        Duration.ofMillis(1_200)),
                                () -> "far",
                                false)) {
            probeUntilItServes(far);
            assertTold(ask(far, policy("far", 0), key(0), 1), 10);
            proxy.delay(Duration.ofMillis(700), 1); // a ping may take no longer than a second
            List<List<Decision>> told =
                    together(
                            thread ->
                                    ask(
                                            far,
                                            script("late", new SlidingWindow(THREADS, MINUTE)),
                                            key(0),
                                            1));
            assertThat(told).allSatisfy(one -> assertThat(one.get(0)).isInstanceOf(Admitted.class));
        }
    }

    /** Not a tenth of the deadline, while others are under way to a Redis that hangs. */
    @Test
    void whoHasLittlePatienceLeftWaitsNoLongerForOthers() throws Exception {
        Policy policy = script("little", new SlidingWindow(THREADS, MINUTE));
        assertTold(ask(store, policy, key(0), 1), THREADS);
        redis.freeze();
        try {
            Future<?> first = threads.submit(() -> ask(store, policy, key(0), 1));
            Thread.sleep(50); // it is under way
            long begun = System.nanoTime();
            assertThatThrownBy(
                            () ->
                                    store.take(
                                            policy,
                                            key(1),
                                            1,
                                            List.of(),
                                            Duration.ofMillis(50).toNanos()))
                    .isInstanceOf(StoreUnavailableException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .isLessThan(Fixtures.LONG_DEADLINE.dividedBy(20));
            redis.thaw();
            first.get();
        } finally {
            redis.thaw();
        }
    }

    /** A script of several clients would be sent to the Redis of the first one. */
    @Test
    void behindAProxyThatGoesByTheFirstKeyEachIsCountedWhereItIsFoundAgain() throws Exception {
        try (RealRedis another = RealRedis.started();
                FirstKeyProxy proxy = FirstKeyProxy.to(redis, another);
                RedisCounts behind =
                        new RedisCounts(
                                new RedisSettings(
                                        RedisSettings.Topology.SINGLE,
                                        List.of(proxy.url()),
                                        Optional.empty(),
                                        0,
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty(),
                                        Fixtures.LONG_DEADLINE),
                                () -> "behind",
                                false);
                Jedis other = another.client()) {
            probeUntilItServes(behind);
            List<List<Decision>> told =
                    together(thread -> ask(behind, policy("behind", thread), key(thread), 60));
            for (int thread = 0; thread < THREADS; thread++) {
                assertTold(told.get(thread), 10 + thread);
            }
            assertThat(other.keys("weir:behind:behind*")).as("the proxy uses both").isNotEmpty();
        }
    }
}
