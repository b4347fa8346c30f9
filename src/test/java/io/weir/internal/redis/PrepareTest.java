package io.weir.internal.redis;

import static io.weir.internal.redis.Fixtures.KEY;
import static io.weir.internal.redis.Fixtures.admits;
import static io.weir.internal.redis.Fixtures.connected;
import static io.weir.internal.redis.Fixtures.keysWithTtl;
import static io.weir.internal.redis.Fixtures.probeUntilItServes;
import static io.weir.internal.redis.Fixtures.refusal;
import static io.weir.internal.redis.Fixtures.sliding;
import static io.weir.testing.Asked.peek;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.Key;
import io.weir.Policy;
import io.weir.internal.count.StoreUnavailableException;
import io.weir.testing.RealRedis;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** A node that starts prepares every key that it sees, which must not cost what it holds. */
class PrepareTest {

    private static final String PREFIX = "weir:shop:p:{203.0.113.7:42}:rrl-60s";

    /** As if they had been admitted just now, each by itself. */
    private static void admit(Jedis client, String name, int permits) {
        client.eval(
                "local t = redis.call('TIME')"
                        + " local now = string.format('%.0f', t[1] * 1000 + math.floor(t[2] / 1000))"
                        + " for i = 1, tonumber(ARGV[1]) do"
                        + " redis.call('ZADD', KEYS[2], now,"
                        + " struct.pack('Bc0I', 16, string.format('%016d', i), 1)) end"
                        + " redis.call('PEXPIRE', KEYS[2], 62000)"
                        + " return redis.call('DECRBY', KEYS[1], ARGV[1])",
                2, name + ":value", name + ":permits", String.valueOf(permits));
    }

    private static long calls(Jedis client, String command) {
        return client.info("commandstats")
                .lines()
                .filter(line -> line.startsWith("cmdstat_" + command + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll(".*:calls=(\\d+),.*", "$1")))
                .sum();
    }

    @Test
    void anotherNodeDoesNotReadWhatAKeyHolds() throws Exception {
        try (RealRedis redis = RealRedis.started();
                RedisCounts first = connected(redis);
                RedisCounts second = connected(redis);
                RedisCounts third = connected(redis);
                Jedis client = redis.client()) {
            assertThat(admits(first, sliding("p", 500), KEY)).isTrue();
            admit(client, PREFIX, 300);
            client.configResetStat();
            assertThat(admits(second, sliding("p", 500), KEY)).isTrue();
            assertThat(calls(client, "evalsha")).as("prepared, and asked").isEqualTo(2);
            assertThat(calls(client, "zrange")).isZero();
            assertThat(calls(client, "zrem")).isZero();
            // Another number of permits is no reason to, either.
            client.pexpire(PREFIX, 50_000);
            assertThat(admits(third, sliding("p", 400), KEY)).isTrue();
            assertThat(calls(client, "zrange")).isZero();
            assertThat(client.hget(PREFIX, "rate")).isEqualTo("400");
            assertThat(client.get(PREFIX + ":value")).isEqualTo("97");
            assertThat(peek(third, sliding("p", 400), KEY).get(0).remaining()).isEqualTo(97);
            keysWithTtl(redis);
        }
    }

    @Test
    void whereMoreAreUsedThanTheLoweredLimitAllowsNobodyIsAdmitted() throws Exception {
        try (RealRedis redis = RealRedis.started();
                RedisCounts first = connected(redis);
                RedisCounts second = connected(redis);
                Jedis client = redis.client()) {
            assertThat(admits(first, sliding("p", 500), KEY)).isTrue();
            admit(client, PREFIX, 300);
            assertThat(refusal(second, sliding("p", 200), KEY).limits().get(0).remaining())
                    .isZero();
            assertThat(client.get(PREFIX + ":value")).isEqualTo("-101");
        }
    }

    @Test
    void aTimeInTheFutureIsMended() throws Exception {
        try (RealRedis redis = RealRedis.started();
                RedisCounts first = connected(redis);
                RedisCounts second = connected(redis);
                Jedis client = redis.client()) {
            Policy policy = sliding("p", 500);
            assertThat(admits(first, policy, KEY)).isTrue();
            byte[] member = client.zrange((PREFIX + ":permits").getBytes(), 0, 0).iterator().next();
            double ahead = System.currentTimeMillis() + 3_600_000.0;
            client.zadd((PREFIX + ":permits").getBytes(), ahead, member);
            assertThat(admits(second, policy, KEY)).isTrue();
            assertThat(client.zscore((PREFIX + ":permits").getBytes(), member)).isLessThan(ahead);
        }
    }

    /** Each of these keys was six milliseconds of Redis. */
    @Test
    @Tag("heavy")
    void aNodeThatStartsAmongFullLogsIsAnsweredInTime() throws Exception {
        int keys = 300;
        int permits = 9_990;
        Policy policy = sliding("p", 10_000);
        try (RealRedis redis = RealRedis.started();
                RedisCounts first = connected(redis);
                RedisCounts second =
                        new RedisCounts(
                                redis.settings(Duration.ofMillis(50)), () -> "shop", false);
                Jedis client = redis.client()) {
            for (int i = 0; i < keys; i++) {
                Key key = Key.ofClient("203.0.113.7", String.valueOf(i));
                assertThat(admits(first, policy, key)).isTrue();
                admit(client, PREFIX.replace("42", String.valueOf(i)), permits);
            }
            probeUntilItServes(second);
            client.configResetStat();
            int late = 0;
            for (int i = 0; i < keys; i++) {
                try {
                    admits(second, policy, Key.ofClient("203.0.113.7", String.valueOf(i)));
                } catch (StoreUnavailableException e) {
                    late++;
                }
            }
            assertThat(late).as("of " + keys).isLessThan(keys / 50);
            assertThat(calls(client, "zrange")).isZero();
        }
    }

    /** The keys of one client, once for each of many. */
    private static void copyTo(Jedis client, int keys) {
        String script =
                "for i = tonumber(ARGV[1]), tonumber(ARGV[2]) do for _, k in ipairs(KEYS) do"
                        + " redis.call('COPY', k, (string.gsub(k, '7:42', '7:k' .. i, 1)))"
                        + " end end";
        List<String> names = List.copyOf(client.keys("*{203.0.113.7:42}*"));
        assertThat(names).hasSize(3);
        for (int i = 0; i < keys; i += 10_000) {
            List<String> from = List.of(String.valueOf(i), String.valueOf(i + 9_999));
            client.eval(script, names, from);
        }
        assertThat(client.dbSize()).isGreaterThan(3L * keys);
    }

    private static Callable<Void> asks(
            RedisCounts node, Policy policy, int from, int step, int keys, AtomicInteger late) {
        return () -> {
            for (int i = from; i < keys; i += step) {
                try {
                    admits(node, policy, Key.ofClient("203.0.113.7", "k" + i));
                } catch (StoreUnavailableException e) {
                    late.incrementAndGet();
                }
            }
            return null;
        };
    }

    /** Of each a minute's worth of 1,000 an hour; reading them whole would keep Redis busy. */
    @Test
    @Tag("heavy")
    void aNodeThatStartsAmong100000KeysIsAnsweredInTime() throws Exception {
        int keys = 100_000;
        int threads = 8;
        Policy policy = sliding("p", 1_000);
        try (RealRedis redis = RealRedis.started();
                RedisCounts first = connected(redis);
                RedisCounts second =
                        new RedisCounts(
                                redis.settings(Duration.ofMillis(50)), () -> "shop", false);
                Jedis client = redis.client()) {
            assertThat(admits(first, policy, KEY)).isTrue();
            admit(client, PREFIX, 16);
            copyTo(client, keys);
            probeUntilItServes(second);
            client.configResetStat();
            AtomicInteger late = new AtomicInteger();
            ExecutorService pool = Executors.newFixedThreadPool(threads);
            try {
                List<Future<Void>> all =
                        pool.invokeAll(
                                IntStream.range(0, threads)
                                        .mapToObj(t -> asks(second, policy, t, threads, keys, late))
                                        .toList());
                for (Future<Void> each : all) {
                    each.get();
                }
            } finally {
                pool.shutdownNow();
            }
            assertThat(late.get()).as("of " + keys).isLessThan(keys / 50);
            assertThat(calls(client, "zrange")).isZero();
        }
    }
}
