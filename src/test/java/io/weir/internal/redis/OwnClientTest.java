package io.weir.internal.redis;

import static io.weir.internal.redis.Fixtures.KEY;
import static io.weir.internal.redis.Fixtures.MINUTE;
import static io.weir.internal.redis.Fixtures.admits;
import static io.weir.internal.redis.Fixtures.admittedUntilRefused;
import static io.weir.internal.redis.Fixtures.bucket;
import static io.weir.internal.redis.Fixtures.connected;
import static io.weir.internal.redis.Fixtures.probeUntilItServes;
import static io.weir.internal.redis.Fixtures.script;
import static io.weir.internal.redis.Fixtures.sliding;
import static io.weir.testing.Asked.acquire;
import static io.weir.testing.Asked.peek;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.weir.Limit.SlidingWindow;
import io.weir.Policy;
import io.weir.internal.count.StoreUnavailableException;
import io.weir.internal.count.StoreUnavailableException.Kind;
import io.weir.testing.LossyProxy;
import io.weir.testing.RealRedis;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.LongCodec;
import org.redisson.config.Config;
import redis.clients.jedis.Jedis;

/** A client of the application, with whatever it has set for itself: here Redisson's defaults. */
class OwnClientTest {

    private static final Duration DEADLINE = Duration.ofSeconds(1);

    private static RedissonClient client(RealRedis redis) {
        Config config = new Config();
        config.setCodec(LongCodec.INSTANCE); // the default one needs Kryo
        config.useSingleServer().setAddress(redis.url());
        return Redisson.create(config);
    }

    private static RedisCounts store(RedissonClient client, Duration deadline) {
        return new RedisCounts(
                RedisSettings.ofApplication(deadline),
                () -> client,
                () -> "shop",
                true,
                () -> Resets.DAY);
    }

    private static final List<Policy> POLICIES =
            List.of(
                    sliding("rrl", 100),
                    script("script", new SlidingWindow(100, MINUTE), bucket(1, 100)));

    @Test
    void countsTheSameAndIsLeftOpen() throws Exception {
        try (RealRedis redis = RealRedis.started();
                RedisCounts ours = connected(redis)) {
            RedissonClient client = client(redis);
            try (RedisCounts store = store(client, Fixtures.LONG_DEADLINE)) {
                assertThatThrownBy(() -> admits(store, POLICIES.get(0), KEY))
                        .isInstanceOf(StoreUnavailableException.class);
                store.probe();
                for (Policy policy : POLICIES) {
                    assertThat(admits(ours, policy, KEY)).isTrue();
                    assertThat(admittedUntilRefused(store, policy, KEY)).isEqualTo(99);
                    assertThat(peek(ours, policy, KEY).get(0).remaining()).isZero();
                    store.reset(policy, KEY);
                    assertThat(peek(ours, policy, KEY).get(0).remaining()).isEqualTo(100);
                }
                store.close();
                assertThat(client.isShutdown()).isFalse();
                assertThat(client.getBucket("still").isExists()).isFalse();
                assertThatThrownBy(() -> admits(store, POLICIES.get(0), KEY))
                        .isInstanceOf(StoreUnavailableException.class);
            } finally {
                client.shutdown();
            }
        }
    }

    @Test
    void oneThatCannotBeMadeYetIsAskedForAgain() throws Exception {
        try (RealRedis redis = RealRedis.notStarted();
                RedisCounts store =
                        new RedisCounts(
                                RedisSettings.ofApplication(DEADLINE),
                                () -> {
                                    throw new IllegalStateException("not yet");
                                },
                                () -> "shop",
                                false,
                                () -> Resets.DAY)) {
            assertThatThrownBy(store::probe)
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("not yet");
        }
    }

    /** A Redisson or a Netty of another version; and each try would start threads. */
    @Test
    void oneThatDoesNotLinkIsSaidWithBothVersionsAndNotTriedAgain() {
        AtomicInteger tries = new AtomicInteger();
        try (RedisCounts store =
                new RedisCounts(
                        RedisSettings.ofApplication(DEADLINE),
                        () -> {
                            tries.incrementAndGet();
                            throw new NoClassDefFoundError("io/netty/channel/IoHandler");
                        },
                        () -> "shop",
                        false,
                        () -> Resets.DAY)) {
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(store::probe)
                        .isInstanceOfSatisfying(
                                StoreUnavailableException.class,
                                e -> assertThat(e.kind()).isEqualTo(Kind.DENIED))
                        .hasMessageContaining("Redisson 4.7.0 and Netty 4.2")
                        .hasMessageContaining("io/netty/channel/IoHandler");
            }
            assertThat(tries).hasValue(1);
        }
    }

    /** Its own four retries would take five permits. */
    @Test
    void itsRetriesChargeNobodyTwice() throws Exception {
        try (RealRedis redis = RealRedis.started();
                RedisCounts ours = connected(redis, true)) {
            RedissonClient client = client(redis);
            try (RedisCounts store = store(client, DEADLINE)) {
                probeUntilItServes(store);
                for (Policy policy : POLICIES) {
                    assertThat(admits(store, policy, KEY)).isTrue();
                }
                redis.freeze();
                long longest = 0;
                try {
                    for (Policy policy : POLICIES) {
                        long start = System.nanoTime();
                        assertThatThrownBy(() -> acquire(store, policy, KEY, 1))
                                .isInstanceOf(StoreUnavailableException.class);
                        longest = Math.max(longest, System.nanoTime() - start);
                    }
                    Thread.sleep(4_000); // its own retries would be sent meanwhile
                } finally {
                    redis.thaw();
                }
                assertThat(Duration.ofNanos(longest)).isLessThan(DEADLINE.multipliedBy(2));
                probeUntilItServes(store);
                probeUntilItServes(ours);
                for (Policy policy : POLICIES) {
                    assertThat(peek(ours, policy, KEY).get(0).remaining()).isEqualTo(98);
                }
            } finally {
                client.shutdown();
            }
        }
    }

    @Test
    void closingWaitsForNobodyWhoConnects() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch hangs = new CountDownLatch(1);
        RedisCounts store =
                new RedisCounts(
                        RedisSettings.ofApplication(DEADLINE),
                        () -> {
                            asked.countDown();
                            try {
                                hangs.await();
                            } catch (InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                            return "no client";
                        },
                        () -> "shop",
                        false,
                        () -> Resets.DAY);
        CompletableFuture<Throwable> probe =
                CompletableFuture.supplyAsync(() -> catchThrowable(store::probe));
        asked.await();
        assertTimeoutPreemptively(Duration.ofSeconds(2), store::close);
        hangs.countDown();
        assertThat(probe.get()).isInstanceOf(StoreUnavailableException.class);
    }

    @Test
    void whatIsConnectedAfterTheEndIsEnded() throws Exception {
        try (RealRedis redis = RealRedis.started();
                LossyProxy proxy = LossyProxy.to(redis.port());
                Jedis client = redis.client()) {
            proxy.delay(Duration.ofMillis(400), 1);
            RedisCounts store =
                    new RedisCounts(
                            new RedisSettings(
                                    RedisSettings.Topology.SINGLE,
                                    List.of(proxy.url()),
                                    Optional.empty(),
                                    0,
                                    Optional.empty(),
                                    Optional.empty(),
                                    Optional.empty(),
                                    Duration.ofSeconds(5)),
                            () -> "shop",
                            false);
            CompletableFuture<Throwable> probe =
                    CompletableFuture.supplyAsync(() -> catchThrowable(store::probe));
            while (client.clientList().lines().count() < 2) {
                Thread.onSpinWait();
            }
            store.close();
            assertThat(probe.get())
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("closed");
            long until = System.nanoTime() + Duration.ofSeconds(10).toNanos();
            while (client.clientList().lines().count() > 1) {
                assertThat(System.nanoTime()).as("still connected").isLessThan(until);
                Thread.sleep(20);
            }
        }
    }
}
