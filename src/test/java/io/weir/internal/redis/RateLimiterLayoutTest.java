package io.weir.internal.redis;

import static io.weir.internal.redis.Fixtures.KEY;
import static io.weir.internal.redis.Fixtures.connected;
import static io.weir.internal.redis.Fixtures.sliding;
import static io.weir.testing.Asked.acquire;
import static io.weir.testing.Asked.peek;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.testing.RealRedis;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.redisson.Redisson;
import org.redisson.api.RRateLimiter;
import org.redisson.api.RateType;
import org.redisson.api.RedissonClient;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Tuple;

/**
 * What {@code RRateLimiter} leaves in Redis is what the two scripts over its keys know. Another
 * version of Redisson must pass this, and {@link RateLimiterEngine#LAYOUT} then be changed.
 */
class RateLimiterLayoutTest {

    private static final String NAME = "weir:shop:p:{203.0.113.7:42}:rrl-60s";

    @Test
    void theVersionIsTheOneThatWasReadAndMeasured() throws IOException {
        try (InputStream in =
                Redisson.class.getResourceAsStream(
                        "/META-INF/maven/org.redisson/redisson/pom.properties")) {
            Properties properties = new Properties();
            properties.load(in);
            assertThat(properties.getProperty("version")).isEqualTo(RateLimiterEngine.LAYOUT);
        }
    }

    @Test
    void redissonAloneLeavesHashValueAndPermits() throws Exception {
        try (RealRedis redis = RealRedis.started();
                Jedis client = redis.client()) {
            RedissonClient redisson =
                    Redisson.create(RedissonConfig.of(redis.settings(Fixtures.LONG_DEADLINE)));
            try {
                RRateLimiter limiter = redisson.getRateLimiter(NAME);
                limiter.trySetRate(
                        RateType.OVERALL, 10, Duration.ofMinutes(1), Duration.ofSeconds(62));
                assertThat(limiter.tryAcquire(1)).isTrue();
                assertThat(limiter.tryAcquire(3)).isTrue();
                holdsOneAndThree(client);
                // And our scripts go on from there.
                try (RedisCounts store = connected(redis)) {
                    assertThat(peek(store, sliding("p", 10), KEY).get(0).remaining()).isEqualTo(6);
                    acquire(store, sliding("p", 10), KEY, 6);
                    assertThat(limiter.tryAcquire(1)).isFalse();
                }
            } finally {
                redisson.shutdown();
            }
        }
    }

    @Test
    void preparedByUsItIsTheSame() throws Exception {
        try (RealRedis redis = RealRedis.started();
                Jedis client = redis.client();
                RedisCounts store = connected(redis)) {
            acquire(store, sliding("p", 10), KEY, 1);
            acquire(store, sliding("p", 10), KEY, 3);
            client.del("weir:shop:nodes", "weir:shop:leasing:{weir:shop:nodes}");
            holdsOneAndThree(client);
        }
    }

    private static void holdsOneAndThree(Jedis client) {
        assertThat(client.keys("*"))
                .containsExactlyInAnyOrder(NAME, NAME + ":value", NAME + ":permits");
        assertThat(client.hgetAll(NAME))
                .isEqualTo(
                        Map.of(
                                "rate", "10",
                                "interval", "60000",
                                "type", "0",
                                "keepAliveTime", "62000"));
        assertThat(client.get(NAME + ":value")).isEqualTo("6");
        byte[] permits = (NAME + ":permits").getBytes(UTF_8);
        assertThat(client.zrangeWithScores(permits, 0, -1))
                .hasSize(2)
                .allSatisfy(
                        member -> {
                            assertThat(member.getScore())
                                    .isBetween(
                                            System.currentTimeMillis() - 60_000.0,
                                            (double) System.currentTimeMillis());
                            assertThat(member.getBinaryElement()).hasSize(21).startsWith(16);
                        })
                .extracting(RateLimiterLayoutTest::permits)
                .containsExactlyInAnyOrder(1, 3);
        for (String key : client.keys("*")) {
            assertThat(client.pttl(key)).isBetween(32_000L, 62_000L);
        }
    }

    private static int permits(Tuple member) {
        return ByteBuffer.wrap(member.getBinaryElement()).order(ByteOrder.LITTLE_ENDIAN).getInt(17);
    }
}
