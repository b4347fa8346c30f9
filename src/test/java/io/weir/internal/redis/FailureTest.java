package io.weir.internal.redis;

import static io.weir.internal.redis.Fixtures.KEY;
import static io.weir.internal.redis.Fixtures.MINUTE;
import static io.weir.internal.redis.Fixtures.probeUntilItServes;
import static io.weir.internal.redis.Fixtures.script;
import static io.weir.internal.redis.Fixtures.sliding;
import static io.weir.testing.Asked.acquire;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.weir.Limit.SlidingWindow;
import io.weir.Policy;
import io.weir.internal.count.StoreUnavailableException;
import io.weir.testing.LossyProxy;
import io.weir.testing.RealRedis;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.redisson.api.RScript.ReturnType;
import org.redisson.client.RedisAuthRequiredException;
import org.redisson.client.RedisBusyException;
import org.redisson.client.RedisClusterDownException;
import org.redisson.client.RedisConnectionException;
import org.redisson.client.RedisException;
import org.redisson.client.RedisLoadingException;
import org.redisson.client.RedisMasterDownException;
import org.redisson.client.RedisNoReplicasException;
import org.redisson.client.RedisNodeNotFoundException;
import org.redisson.client.RedisOutOfMemoryException;
import org.redisson.client.RedisReadonlyException;
import org.redisson.client.RedisResponseTimeoutException;
import org.redisson.client.RedisTimeoutException;
import org.redisson.client.RedisTryAgainException;
import org.redisson.client.WriteRedisConnectionException;
import redis.clients.jedis.Jedis;

/** Whether a call that failed may have been counted. */
class FailureTest {

    private static final Duration DEADLINE = Duration.ofMillis(300);

    private static final RedisSettings NOWHERE = RedisSettings.ofApplication(DEADLINE);

    private static final List<Policy> POLICIES =
            List.of(sliding("rrl", 100), script("script", new SlidingWindow(100, MINUTE)));

    static Stream<Arguments> thrown() {
        return Stream.of(
                // It has not left.
                Arguments.of(false, new RedisTimeoutException("Unable to acquire connection!")),
                Arguments.of(
                        false,
                        new RedisTimeoutException(
                                "Command still hasn't been written into connection!")),
                Arguments.of(
                        false,
                        new WriteRedisConnectionException(
                                "Unable to write command into connection!", new Exception())),
                Arguments.of(
                        false,
                        new RedisConnectionException("Unable to connect to Redis server: /x:1")),
                Arguments.of(false, new RedisNodeNotFoundException("Node: x hasn't been found")),
                // It was answered.
                Arguments.of(false, new RedisOutOfMemoryException("OOM command not allowed")),
                Arguments.of(false, new RedisReadonlyException("READONLY You can't write")),
                Arguments.of(false, new RedisLoadingException("LOADING Redis is loading")),
                Arguments.of(false, new RedisMasterDownException("MASTERDOWN Link")),
                Arguments.of(false, new RedisClusterDownException("CLUSTERDOWN Hash slot")),
                Arguments.of(false, new RedisTryAgainException("TRYAGAIN Multiple keys")),
                Arguments.of(false, new RedisBusyException("BUSY Redis is busy")),
                Arguments.of(false, new RedisNoReplicasException("NOREPLICAS Not enough")),
                Arguments.of(false, new RedisAuthRequiredException("NOAUTH Authentication")),
                Arguments.of(false, new RedisException("NOPERM this user has no permissions")),
                Arguments.of(false, new RedisException("MISCONF Redis is configured to")),
                Arguments.of(
                        false, new RedisException("ERR Error running script: -OOM command not")),
                // Nobody knows.
                Arguments.of(
                        true,
                        new RedisResponseTimeoutException("Redis server response timeout (50 ms)")),
                Arguments.of(true, new RedisException("Connection has been closed")),
                Arguments.of(true, new RedisException("ERR Error running script: user_script:1:")),
                Arguments.of(true, new CancellationException()),
                Arguments.of(true, new IllegalStateException("Redisson is shutdown")));
    }

    @ParameterizedTest
    @MethodSource("thrown")
    void byWhatRedissonThrows(boolean mayHaveCounted, RuntimeException thrown) {
        for (Throwable t : new Throwable[] {thrown, new CompletionException(thrown)}) {
            assertThat(Failure.of(t, NOWHERE).mayHaveCounted())
                    .as(thrown.toString())
                    .isEqualTo(mayHaveCounted);
        }
    }

    private static void fails(RedisCounts store, boolean mayHaveCounted) {
        for (Policy policy : POLICIES) {
            StoreUnavailableException thrown =
                    catchThrowableOfType(
                            StoreUnavailableException.class, () -> acquire(store, policy, KEY, 1));
            assertThat(thrown).as(policy.name()).isNotNull();
            assertThat(thrown.mayHaveCounted())
                    .as("%s: %s", policy.name(), thrown)
                    .isEqualTo(mayHaveCounted);
        }
    }

    private static void serves(RedisCounts store) throws Exception {
        probeUntilItServes(store);
        for (Policy policy : POLICIES) {
            while (true) {
                try {
                    acquire(store, policy, KEY, 1);
                    break;
                } catch (StoreUnavailableException e) {
                    // A cold JVM, and a short deadline.
                }
            }
        }
    }

    @Test
    void byWhatRedisDoes() throws Exception {
        try (RealRedis redis = RealRedis.started();
                Jedis client = redis.client();
                RedisCounts store =
                        new RedisCounts(redis.settings(DEADLINE), () -> "shop", false)) {
            fails(store, false); // not connected
            serves(store);
            client.configSet("maxmemory", "1");
            fails(store, false);
            client.configSet("maxmemory", "0");
            client.slaveof("127.0.0.1", RealRedis.freePort());
            fails(store, false);
            client.slaveofNoOne();
            serves(store);
            redis.freeze();
            fails(store, true);
            redis.thaw();
            serves(store);
            redis.kill();
            Thread.sleep(1_000); // until it is known that the connections are gone
            fails(store, false);
        }
    }

    @Test
    void byWhatTheNetworkDoes() throws Exception {
        try (RealRedis redis = RealRedis.started();
                LossyProxy proxy = LossyProxy.to(redis.port());
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
                                        DEADLINE),
                                () -> "shop",
                                false)) {
            serves(store);
            proxy.cutAfterScripts();
            StoreUnavailableException cut =
                    catchThrowableOfType(
                            StoreUnavailableException.class,
                            () -> acquire(store, POLICIES.get(1), KEY, 1));
            assertThat(cut.mayHaveCounted()).as(cut.toString()).isTrue();
        }
    }

    /** A busy node asks as long as somebody waits, and no longer than the deadline. */
    @Test
    void withoutPatienceNothingIsAsked() throws Exception {
        try (RealRedis redis = RealRedis.started();
                Jedis client = redis.client()) {
            RedisKeys keys = new RedisKeys(() -> "shop");
            Lua count = Lua.of(ReturnType.LONG, "return redis.call('INCR', KEYS[1])");
            try (Connection connection =
                    new Connection(redis.settings(Duration.ofSeconds(5)), null)) {
                connection.connect();
                Connection.Work<Long> work =
                        session -> session.eval(count, List.of(keys.probe("x")));
                for (long budget : new long[] {0, -1, Long.MIN_VALUE}) {
                    StoreUnavailableException thrown =
                            catchThrowableOfType(
                                    StoreUnavailableException.class,
                                    () -> connection.call(work, budget));
                    assertThat(thrown.mayHaveCounted()).isFalse();
                }
                assertThat(client.exists(keys.probe("x"))).isFalse();
                assertThat(connection.call(work, Long.MAX_VALUE)).isEqualTo(1);
                redis.freeze();
                long start = System.nanoTime();
                StoreUnavailableException late =
                        catchThrowableOfType(
                                StoreUnavailableException.class,
                                () -> connection.call(work, Duration.ofMillis(100).toNanos()));
                assertThat(Duration.ofNanos(System.nanoTime() - start))
                        .isBetween(Duration.ofMillis(100), Duration.ofSeconds(2));
                assertThat(late.mayHaveCounted()).isTrue();
                redis.thaw();
            }
        }
    }
}
