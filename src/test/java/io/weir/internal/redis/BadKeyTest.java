package io.weir.internal.redis;

import static io.weir.internal.redis.Fixtures.KEY;
import static io.weir.internal.redis.Fixtures.MINUTE;
import static io.weir.internal.redis.Fixtures.admits;
import static io.weir.internal.redis.Fixtures.admittedUntilRefused;
import static io.weir.internal.redis.Fixtures.connected;
import static io.weir.internal.redis.Fixtures.keysWithTtl;
import static io.weir.internal.redis.Fixtures.refusal;
import static io.weir.internal.redis.Fixtures.script;
import static io.weir.internal.redis.Fixtures.sliding;
import static io.weir.testing.Asked.acquire;
import static io.weir.testing.Asked.peek;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.Decision.Admitted;
import io.weir.Decision.Refused;
import io.weir.Limit.SlidingWindow;
import io.weir.Limit.TokenBucket;
import io.weir.Policy;
import io.weir.internal.count.StoreUnavailableException;
import io.weir.testing.RealRedis;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import redis.clients.jedis.Jedis;

/** Keys that were evicted in part or hold something strange are mended within the call. */
class BadKeyTest {

    private static final String HASH = "weir:shop:p:{203.0.113.7:42}:rrl-60s";
    private static final String VALUE = HASH + ":value";
    private static final String PERMITS = HASH + ":permits";
    private static final String LOG = "weir:shop:p:{203.0.113.7:42}:log2-60s";
    private static final String BUCKET = "weir:shop:p:{203.0.113.7:42}:bucket-60s";

    private static RealRedis redis;
    private static RedisCounts store;

    private final Policy ten = sliding("p", 10);

    @BeforeAll
    static void start() throws InterruptedException {
        redis = RealRedis.started();
        store = connected(redis);
    }

    @AfterAll
    static void stop() {
        store.close();
        redis.close();
    }

    @BeforeEach
    void empty() {
        in(Jedis::flushAll);
    }

    private static void in(Consumer<Jedis> work) {
        try (Jedis client = redis.client()) {
            work.accept(client);
        }
    }

    private void take(int permits) throws StoreUnavailableException {
        for (int i = 0; i < permits; i++) {
            assertThat(admits(store, ten, KEY)).isTrue();
        }
    }

    /** With the hash alone gone, the set still says who took what. */
    @Test
    void hashGone() throws Exception {
        take(4);
        in(client -> client.del(HASH));
        assertThat(admittedUntilRefused(store, ten, KEY)).isEqualTo(6);
        keysWithTtl(redis);
    }

    /** Nothing tells RRateLimiter, so at worst twice the limit passes, but only once. */
    @Test
    void valueGone() throws Exception {
        take(10);
        in(client -> client.del(VALUE));
        assertThat(admittedUntilRefused(store, ten, KEY)).isLessThanOrEqualTo(10);
        expireAll();
        assertThat(admittedUntilRefused(store, ten, KEY)).isEqualTo(10);
        keysWithTtl(redis);
    }

    @Test
    void valueGoneWhileOneLooks() throws Exception {
        take(4);
        in(client -> client.del(VALUE));
        assertThat(peek(store, ten, KEY).get(0).remaining()).isEqualTo(6);
        keysWithTtl(redis);
        assertThat(admittedUntilRefused(store, ten, KEY)).isEqualTo(6);
    }

    /** RRateLimiter would fail for good: arithmetic on a nil value. */
    @Test
    void permitsGoneOfAnExhaustedLimit() throws Exception {
        take(10);
        in(client -> client.del(PERMITS));
        Refused refused = refusal(store, ten, KEY);
        assertThat(refused.retryAfter()).isBetween(MINUTE.minusSeconds(30), MINUTE);
        assertThat(refused.limits()).hasSize(1);
        keysWithTtl(redis);
        expireAll();
        assertThat(admittedUntilRefused(store, ten, KEY)).isEqualTo(10);
    }

    /** RRateLimiter would lack the four for as long as somebody asks. */
    @Test
    void permitsGoneOfALimitInUse() throws Exception {
        take(4);
        in(client -> client.del(PERMITS));
        assertThat(admittedUntilRefused(store, ten, KEY)).isEqualTo(6);
        expireAll();
        assertThat(admittedUntilRefused(store, ten, KEY)).isEqualTo(10);
    }

    @Test
    void permitsGoneOfALimitWithWeights() throws Exception {
        assertThat(acquire(store, ten, KEY, 5).decision()).isInstanceOf(Admitted.class);
        in(client -> client.del(PERMITS));
        assertThat(acquire(store, ten, KEY, 3).decision()).isInstanceOf(Admitted.class);
        assertThat(acquire(store, ten, KEY, 3).decision()).isInstanceOf(Refused.class);
        assertThat(peek(store, ten, KEY).get(0).remaining()).isEqualTo(2);
        expireAll();
        assertThat(admittedUntilRefused(store, ten, KEY)).isEqualTo(10);
    }

    @Test
    void onlyTheHashLeft() throws Exception {
        take(10);
        in(client -> client.del(VALUE, PERMITS));
        assertThat(admittedUntilRefused(store, ten, KEY)).isEqualTo(10);
    }

    @Test
    void onlyTheValueLeft() throws Exception {
        take(4);
        in(client -> client.del(HASH, PERMITS));
        assertThat(admittedUntilRefused(store, ten, KEY)).isEqualTo(6);
    }

    /** RRateLimiter counts elsewhere then, until a refusal leads to a closer look. */
    @Test
    void aRateLimiterMadePerClientByAStranger() throws Exception {
        take(4);
        in(client -> client.hset(HASH, "type", "1"));
        assertThat(admittedUntilRefused(store, ten, KEY)).isLessThanOrEqualTo(10 + 6);
        keysWithTtl(redis);
        assertThat(peek(store, ten, KEY).get(0).remaining()).isZero();
        expireAll();
        assertThat(admittedUntilRefused(store, ten, KEY)).isEqualTo(10);
    }

    /** As if a window had passed. */
    private static void expireAll() {
        in(
                client ->
                        client.zrangeWithScores(PERMITS, 0, -1)
                                .forEach(
                                        member ->
                                                client.zadd(
                                                        PERMITS.getBytes(UTF_8),
                                                        System.currentTimeMillis()
                                                                - MINUTE.toMillis(),
                                                        member.getBinaryElement())));
    }

    static Stream<Arguments> damages() {
        Stream<Named<Consumer<Jedis>>> common =
                Stream.of(HASH, VALUE, PERMITS, LOG, BUCKET)
                        .flatMap(
                                key ->
                                        Stream.of(
                                                Named.of(
                                                        "string " + key,
                                                        client -> {
                                                            client.del(key);
                                                            client.set(key, "junk");
                                                        }),
                                                Named.of(
                                                        "number " + key,
                                                        client -> {
                                                            client.del(key);
                                                            client.set(key, "99999999999999999999");
                                                        }),
                                                Named.of(
                                                        "colon " + key,
                                                        client -> {
                                                            client.del(key);
                                                            client.set(
                                                                    key,
                                                                    "9".repeat(400)
                                                                            + ":"
                                                                            + "9".repeat(400));
                                                        }),
                                                Named.of(
                                                        "set " + key,
                                                        client -> {
                                                            client.del(key);
                                                            client.sadd(key, "junk");
                                                        }),
                                                Named.of(
                                                        "list " + key,
                                                        client -> {
                                                            client.del(key);
                                                            client.rpush(
                                                                    key, "junk", "nan", "inf", "-1",
                                                                    "1e300", "");
                                                        }),
                                                Named.of(
                                                        "hash " + key,
                                                        client -> {
                                                            client.del(key);
                                                            client.hset(key, "rate", "junk");
                                                            client.hset(key, "interval", "-1");
                                                            client.hset(key, "type", "7");
                                                        }),
                                                Named.of(
                                                        "sorted set " + key,
                                                        client -> {
                                                            client.del(key);
                                                            client.zadd(key, 1, "junk");
                                                            client.zadd(key, 9e15, "");
                                                        })));
        Stream<Named<Consumer<Jedis>>> fine =
                Stream.of(
                        Named.of(
                                "a member beside the others",
                                client -> client.zadd(PERMITS, 9e12, "junk")),
                        Named.of("an old member", client -> client.zadd(PERMITS, 1, "\u00ffx")),
                        Named.of("a rate", client -> client.hset(HASH, "rate", "1")),
                        Named.of("an interval", client -> client.hset(HASH, "interval", "1x")),
                        Named.of("no type", client -> client.hdel(HASH, "type")),
                        Named.of("no keep-alive", client -> client.hdel(HASH, "keepAliveTime")),
                        Named.of("a negative value", client -> client.set(VALUE, "-1000000")),
                        Named.of("a fraction", client -> client.set(VALUE, "1.5")),
                        Named.of(
                                "log in disorder",
                                client -> client.lpush(LOG, "9000000000000000", "x")));
        List<Policy> policies =
                List.of(
                        sliding("p", 10),
                        script("p", new SlidingWindow(10, MINUTE)),
                        script("p", new TokenBucket(1, MINUTE, 10)));
        return Stream.concat(common, fine)
                .flatMap(damage -> policies.stream().map(p -> Arguments.of(damage, p)));
    }

    @ParameterizedTest
    @MethodSource("damages")
    void strangeContentIsMended(Consumer<Jedis> damage, Policy policy) throws Exception {
        for (int before : new int[] {0, 4, 10}) {
            in(Jedis::flushAll);
            for (int i = 0; i < before; i++) {
                assertThat(admits(store, policy, KEY)).isTrue();
            }
            in(damage);
            int after = 0;
            boolean last = true;
            for (int i = 0; i < 25; i++) {
                last = admits(store, policy, KEY);
                after += last ? 1 : 0;
            }
            assertThat(last).as("is limited").isFalse();
            assertThat(after).as("admitted after the damage").isLessThanOrEqualTo(10);
            Refused refused = refusal(store, policy, KEY);
            assertThat(refused.retryAfter()).isLessThanOrEqualTo(policy.fullAfter());
            assertThat(refused.limits()).hasSize(1);
            assertThat(peek(store, policy, KEY).get(0).remaining()).isZero();
            store.reset(policy, KEY);
            assertThat(admittedUntilRefused(store, policy, KEY)).isEqualTo(10);
        }
    }

    /** What cannot be mended is no refusal: nobody has decided. */
    @Test
    void aStrangeLogInARedisThatOnlyReads() {
        in(client -> client.rpush(LOG, "no time"));
        in(client -> client.slaveof("127.0.0.1", RealRedis.freePort()));
        try {
            assertThatThrownBy(
                            () ->
                                    acquire(
                                            store,
                                            script("p", new SlidingWindow(10, MINUTE)),
                                            KEY,
                                            1))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("READONLY");
        } finally {
            in(Jedis::slaveofNoOne);
        }
    }
}
