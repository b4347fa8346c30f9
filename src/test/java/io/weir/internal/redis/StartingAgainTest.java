package io.weir.internal.redis;

import static io.weir.internal.redis.Fixtures.KEY;
import static io.weir.internal.redis.Fixtures.admits;
import static io.weir.internal.redis.Fixtures.probeUntilItServes;
import static io.weir.internal.redis.Fixtures.sliding;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.internal.count.StoreUnavailableException;
import io.weir.internal.redis.RedisSettings.Topology;
import io.weir.testing.RealRedis;
import io.weir.testing.RedissonLog;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What trying again and again costs, in lines of the log. */
class StartingAgainTest {

    private static final Duration DEADLINE = Duration.ofMillis(200);
    private static final Duration HANG = Duration.ofSeconds(4);
    private static final String VERSION = "INFO org.redisson.Version";

    private static RedisCounts store(Topology topology, RealRedis redis) {
        return new RedisCounts(
                new RedisSettings(
                        topology,
                        List.of(redis.url(), "redis://127.0.0.1:" + RealRedis.freePort())
                                .subList(0, topology == Topology.SINGLE ? 1 : 2),
                        Optional.of("master"),
                        0,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        DEADLINE),
                () -> "shop",
                false);
    }

    @ParameterizedTest
    @EnumSource(
            value = Topology.class,
            names = {"SINGLE", "SENTINEL", "CLUSTER"})
    void redissonIsNotStartedWhileNobodyListens(Topology topology) {
        try (RealRedis redis = RealRedis.notStarted();
                RedissonLog.Recording log = RedissonLog.record();
                RedisCounts store = store(topology, redis)) {
            for (int i = 0; i < 10; i++) {
                assertThatThrownBy(store::connect)
                        .isInstanceOf(StoreUnavailableException.class)
                        .hasMessageContaining("Connection refused");
            }
            assertThat(log.lines(VERSION)).isEmpty();
            assertThat(log.lines("ERROR")).isEmpty();
        }
    }

    @Test
    void whoeverListensAgainIsFoundByTheNextTry() throws Exception {
        try (RealRedis redis = RealRedis.notStarted();
                RedisCounts store = store(Topology.SINGLE, redis)) {
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(store::connect).isInstanceOf(StoreUnavailableException.class);
            }
            redis.start();
            store.connect();
            probeUntilItServes(store);
        }
    }

    @Test
    void aNameThatNobodyKnowsIsAskedForWithoutRedisson() {
        try (RedissonLog.Recording log = RedissonLog.record();
                RedisCounts store =
                        new RedisCounts(
                                new RedisSettings(
                                        Topology.SINGLE,
                                        List.of("redis://redis.invalid:6379"),
                                        Optional.empty(),
                                        0,
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty(),
                                        DEADLINE),
                                () -> "shop",
                                false)) {
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(store::connect)
                        .isInstanceOf(StoreUnavailableException.class)
                        .hasMessageContaining("redis.invalid");
            }
            assertThat(log.lines(VERSION)).isEmpty();
        }
    }

    @Test
    void norWhileItHangs() {
        try (RealRedis redis = RealRedis.started();
                RedissonLog.Recording log = RedissonLog.record();
                RedisCounts store = store(Topology.SINGLE, redis)) {
            redis.freeze();
            try {
                assertThatThrownBy(store::connect).hasMessageContaining("no answer");
            } finally {
                redis.thaw();
            }
            assertThat(log.lines(VERSION)).isEmpty();
        }
    }

    /** A wrong password does not go away by itself. */
    @Test
    void aRefusedAccessIsTriedLessOften() {
        try (RealRedis redis = RealRedis.started("--requirepass", "secret");
                RedissonLog.Recording log = RedissonLog.record();
                RedisCounts store = store(Topology.SINGLE, redis)) {
            for (int i = 0; i < 10; i++) {
                assertThatThrownBy(store::connect).hasMessageContaining("weir.redis.password");
            }
            assertThat(log.lines(VERSION)).hasSize(1);
        }
    }

    /** Redisson would close each hung connection with an ERROR and its stack. */
    @Test
    void aHangIsNoErrorInTheLog() throws Exception {
        try (RealRedis redis = RealRedis.started();
                RedissonLog.Recording log = RedissonLog.record();
                RedisCounts store = store(Topology.SINGLE, redis)) {
            probeUntilItServes(store);
            redis.freeze();
            try {
                // Long enough for the pings of all connections to be missed, and of new ones.
                long until = System.nanoTime() + HANG.toNanos();
                while (System.nanoTime() < until) {
                    assertThatThrownBy(store::probe).isInstanceOf(StoreUnavailableException.class);
                }
            } finally {
                redis.thaw();
            }
            probeUntilItServes(store);
            assertThat(admits(store, sliding("rrl", 3), KEY)).isTrue();
            assertThat(log.lines("ERROR")).isEmpty();
        }
    }
}
