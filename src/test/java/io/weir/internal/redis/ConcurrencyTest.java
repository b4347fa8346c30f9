package io.weir.internal.redis;

import static io.weir.internal.redis.Fixtures.probeUntilItServes;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.Decision;
import io.weir.Engine;
import io.weir.Key;
import io.weir.Limit;
import io.weir.Policy;
import io.weir.internal.count.Breaker;
import io.weir.internal.count.CountingStore;
import io.weir.internal.count.Silent;
import io.weir.internal.count.Store;
import io.weir.testing.Asked;
import io.weir.testing.Policies;
import io.weir.testing.RealRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * 200 threads that start together, on a key that nobody has asked for before: exactly the limit, in
 * memory, on two nodes of one Redis with each engine, and through all that a deployment puts around
 * them.
 */
class ConcurrencyTest {

    private static final int THREADS = 200;
    private static final int PERMITS = 50;
    private static final Duration HOUR = Duration.ofHours(1);

    private static RealRedis redis;
    private static RedisCounts one;
    private static RedisCounts two;
    private static ExecutorService threads;
    private static int names;

    @BeforeAll
    static void start() throws InterruptedException {
        redis = RealRedis.started();
        one = connected();
        two = connected();
        threads = Executors.newFixedThreadPool(THREADS);
    }

    /** What is counted here is not how fast this machine is. */
    private static RedisCounts connected() throws InterruptedException {
        RedisCounts store =
                new RedisCounts(redis.settings(Duration.ofSeconds(10)), () -> "shop", false);
        probeUntilItServes(store);
        return store;
    }

    @AfterAll
    static void stop() {
        threads.shutdownNow();
        one.close();
        two.close();
        redis.close();
    }

    /** The stores of two nodes. */
    private enum Nodes {
        MEMORY,
        REDIS,
        DEPLOYED;

        List<Store> stores() {
            CountingStore memory = new CountingStore(1_000, System::nanoTime, () -> {});
            return switch (this) {
                case MEMORY -> List.of(memory, memory);
                case REDIS -> List.of(Asked.alone(one), Asked.alone(two));
                case DEPLOYED -> List.of(deployed(one), deployed(two));
            };
        }

        private static Store deployed(RedisCounts redis) {
            Breaker breaker = new Breaker(System::nanoTime, 1, new Silent());
            CountingStore store =
                    new CountingStore(
                            1_000,
                            System::nanoTime,
                            () -> {},
                            redis,
                            breaker,
                            Fixtures.LONG_DEADLINE);
            assertThat(store.probe(redis::probe)).isTrue();
            return store;
        }
    }

    static Stream<Arguments> cases() {
        return Stream.of(Nodes.values())
                .flatMap(nodes -> policies().map(policy -> Arguments.of(nodes, policy)));
    }

    private static Stream<Policy> policies() {
        Limit window = new Limit.SlidingWindow(PERMITS, HOUR);
        Limit bucket = new Limit.TokenBucket(1, HOUR, PERMITS);
        return Stream.of(
                Policies.named("rrl").limits(window).policy(),
                Policies.named("script").limits(window).engine(Engine.SCRIPT).policy(),
                Policies.named("bucket").limits(bucket).policy(),
                Policies.named("both").limits(window, bucket).policy());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void exactlyTheLimit(Nodes nodes, Policy policy) throws Exception {
        repeat(5, nodes.stores(), policy);
    }

    @Tag("heavy")
    @ParameterizedTest
    @MethodSource("cases")
    void exactlyTheLimitFiftyTimes(Nodes nodes, Policy policy) throws Exception {
        repeat(50, nodes.stores(), policy);
    }

    private static void repeat(int times, List<Store> nodes, Policy policy) throws Exception {
        for (int round = 0; round < times; round++) {
            Key key = Key.ofClient("203.0.113." + names++);
            assertThat(admitted(nodes, policy, key)).as("round " + round).isEqualTo(PERMITS);
        }
    }

    private static int admitted(List<Store> nodes, Policy policy, Key key) throws Exception {
        CountDownLatch ready = new CountDownLatch(THREADS);
        List<Callable<Boolean>> calls = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Store store = nodes.get(i % 2);
            calls.add(
                    () -> {
                        ready.countDown();
                        ready.await();
                        return store.tryAcquire(policy, key, 1).decision()
                                instanceof Decision.Admitted;
                    });
        }
        int admitted = 0;
        for (Future<Boolean> call : threads.invokeAll(calls)) {
            admitted += call.get() ? 1 : 0;
        }
        return admitted;
    }
}
