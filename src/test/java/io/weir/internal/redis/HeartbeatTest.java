package io.weir.internal.redis;

import static io.weir.internal.redis.Fixtures.LONG_DEADLINE;
import static io.weir.internal.redis.Fixtures.connected;
import static io.weir.internal.redis.Fixtures.probeUntilItServes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.internal.count.StoreUnavailableException;
import io.weir.testing.RealRedis;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** What a heartbeat tells, and when it says that counts were lost. */
class HeartbeatTest {

    private static final String NODES = "weir:shop:nodes";

    @Test
    void nodesCountEachOtherAndTakeLeave() throws Exception {
        try (RealRedis redis = RealRedis.started();
                RedisCounts one = connected(redis);
                Jedis client = redis.client()) {
            assertThat(one.probe().nodes()).isEqualTo(1);
            try (RedisCounts two = connected(redis);
                    RedisCounts elsewhere =
                            new RedisCounts(
                                    redis.settings(LONG_DEADLINE), () -> "another", false)) {
                probeUntilItServes(elsewhere);
                assertThat(one.probe().nodes()).isEqualTo(2);
                assertThat(two.probe().nodes()).isEqualTo(2);
                assertThat(elsewhere.probe().nodes()).isEqualTo(1);
            }
            assertThat(one.probe().nodes()).isEqualTo(1);
            assertThat(client.pttl(NODES)).isBetween(1L, Duration.ofHours(1).toMillis());
        }
    }

    @Test
    void whoShowsNoSignOfLifeIsNotCountedAndNotForgotten() throws Exception {
        try (RealRedis redis = RealRedis.started();
                RedisCounts store = connected(redis);
                Jedis client = redis.client()) {
            long now = now(client);
            long second = 1_000_000;
            client.zadd(NODES, now - 4 * second, "alive");
            client.zadd(NODES, now - 6 * second, "silent");
            client.zadd(NODES, now - 4_000 * second, "long gone");
            client.zadd(NODES, now + 100 * second, "of a clock that was ahead");
            assertThat(store.probe().nodes()).isEqualTo(2);
            assertThat(client.zrange(NODES, 0, -1)).hasSize(3).contains("alive", "silent");
        }
    }

    @Test
    void lostCountsAreNoticed() throws Exception {
        try (RealRedis redis = RealRedis.started();
                RedisCounts store = connected(redis);
                Jedis client = redis.client()) {
            assertThat(store.probe().countsLost()).isFalse();
            client.flushAll();
            assertThat(store.probe().countsLost()).isTrue();
            assertThat(store.probe().countsLost()).isFalse();
            client.set(NODES, "no sorted set");
            client.expire(NODES, 100);
            assertThat(store.probe().countsLost()).isTrue();
            // A replica that was behind takes over: it knows an earlier heartbeat.
            String node = client.zrange(NODES, 0, 0).iterator().next();
            client.zadd(NODES, client.zscore(NODES, node) - 1, node);
            assertThat(store.probe().countsLost()).isTrue();
            assertThat(store.probe().countsLost()).isFalse();
        }
    }

    @Test
    void aRestartLosesCountsAndAHangDoesNot() throws Exception {
        try (RealRedis redis = RealRedis.started();
                RedisCounts store = connected(redis)) {
            redis.freeze();
            try (RedisCounts hasty =
                    new RedisCounts(redis.settings(Duration.ofMillis(50)), () -> "shop", false)) {
                assertThatThrownBy(hasty::probe).isInstanceOf(StoreUnavailableException.class);
                assertThatThrownBy(store::probe).isInstanceOf(StoreUnavailableException.class);
            } finally {
                redis.thaw();
            }
            assertThat(store.probe().countsLost()).isFalse();
            redis.kill();
            redis.start();
            long until = System.nanoTime() + Duration.ofSeconds(10).toNanos();
            Boolean lost = null;
            while (lost == null) {
                assertThat(System.nanoTime()).isLessThan(until);
                try {
                    lost = store.probe().countsLost();
                } catch (StoreUnavailableException e) {
                    Thread.onSpinWait();
                }
            }
            assertThat(lost).isTrue();
        }
    }

    @Test
    void theClocksAreCompared() throws Exception {
        try (RealRedis redis = RealRedis.started()) {
            for (long ahead : new long[] {0, 90_000, -90_000}) {
                try (RedisCounts store =
                        new RedisCounts(
                                redis.settings(LONG_DEADLINE),
                                null,
                                () -> "shop",
                                false,
                                () -> Resets.DAY,
                                Lua.text("clock.lua"),
                                () -> System.currentTimeMillis() + ahead)) {
                    probeUntilItServes(store);
                    assertThat(store.probe().skew())
                            .isCloseTo(Duration.ofMillis(ahead), Duration.ofSeconds(3));
                }
            }
        }
    }

    private static long now(Jedis client) {
        var time = client.time();
        return Long.parseLong(time.get(0)) * 1_000_000 + Long.parseLong(time.get(1));
    }
}
