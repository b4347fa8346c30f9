package io.weir.internal.redis;

import static io.weir.internal.redis.Fixtures.KEY;
import static io.weir.internal.redis.Fixtures.LONG_DEADLINE;
import static io.weir.internal.redis.Fixtures.MINUTE;
import static io.weir.internal.redis.Fixtures.admits;
import static io.weir.internal.redis.Fixtures.admittedUntilRefused;
import static io.weir.internal.redis.Fixtures.bucket;
import static io.weir.internal.redis.Fixtures.connected;
import static io.weir.internal.redis.Fixtures.givingBack;
import static io.weir.internal.redis.Fixtures.keysWithTtl;
import static io.weir.internal.redis.Fixtures.probeUntilItServes;
import static io.weir.internal.redis.Fixtures.refusal;
import static io.weir.internal.redis.Fixtures.script;
import static io.weir.internal.redis.Fixtures.sliding;
import static io.weir.testing.Asked.acquire;
import static io.weir.testing.Asked.peek;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.Decision;
import io.weir.Decision.Admitted;
import io.weir.Decision.Impossible;
import io.weir.Decision.Refused;
import io.weir.Key;
import io.weir.Limit;
import io.weir.Limit.SlidingWindow;
import io.weir.Limit.TokenBucket;
import io.weir.LimitState;
import io.weir.Policy;
import io.weir.internal.count.Outcome;
import io.weir.internal.count.SharedCounts;
import io.weir.internal.count.StoreUnavailableException;
import io.weir.testing.RealRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Tuple;

/** What is special to Redis: names, TTLs, nodes, clocks. */
class RedisCountsTest {

    private static RealRedis redis;
    private static RedisCounts store;
    private static RedisCounts telling;

    @BeforeAll
    static void start() throws InterruptedException {
        redis = RealRedis.started();
        store = connected(redis);
        telling = connected(redis, true);
    }

    @AfterAll
    static void stop() {
        telling.close();
        store.close();
        redis.close();
    }

    @BeforeEach
    void empty() {
        try (Jedis client = redis.client()) {
            client.flushAll();
        }
    }

    @AfterEach
    void everyKeyGoesByItself() {
        keysWithTtl(redis);
    }

    /** As by an operator for an hour: the old number is not taken for prepared. */
    @Test
    void aLimitThatIsRaisedAndLoweredAgain() throws Exception {
        for (int i = 0; i < 100; i++) {
            Key key = Key.ofClient("raised", String.valueOf(i));
            assertThat(admits(store, sliding("raised", 2), key)).isTrue();
            assertThat(admits(store, sliding("raised", 5), key)).isTrue();
            assertThat(admits(store, sliding("raised", 2), key)).isFalse();
        }
    }

    @Test
    void keysAreReadable() throws Exception {
        acquire(store, sliding("view_count", 1), KEY, 1);
        acquire(
                store,
                script("orders", new SlidingWindow(3, Duration.ofMillis(500)), bucket(60, 10)),
                KEY,
                1);
        store.probe();
        assertThat(keysWithTtl(redis))
                .containsExactly(
                        "weir:shop:leasing:{weir:shop:nodes}",
                        "weir:shop:nodes",
                        "weir:shop:orders:{203.0.113.7:42}:bucket-60s",
                        "weir:shop:orders:{203.0.113.7:42}:log2-500ms",
                        "weir:shop:view_count:{203.0.113.7:42}:rrl-60s",
                        "weir:shop:view_count:{203.0.113.7:42}:rrl-60s:permits",
                        "weir:shop:view_count:{203.0.113.7:42}:rrl-60s:value");
    }

    static Stream<Policy> policiesOfSeven() {
        return Stream.of(
                sliding("rrl", 7),
                script("log", new SlidingWindow(7, MINUTE)),
                script("bucket", new TokenBucket(1, MINUTE, 7)),
                script("both", new SlidingWindow(7, MINUTE), new TokenBucket(1, MINUTE, 8)),
                givingBack("back", new SlidingWindow(7, MINUTE)));
    }

    @ParameterizedTest
    @MethodSource("policiesOfSeven")
    void everyPathLeavesATtl(Policy policy) throws Exception {
        for (int i = 0; i < 9; i++) {
            acquire(store, policy, KEY, 1);
            keysWithTtl(redis);
            acquire(telling, policy, KEY, 1);
            keysWithTtl(redis);
            peek(store, policy, KEY);
            keysWithTtl(redis);
        }
        store.reset(policy, KEY);
        assertThat(keysWithTtl(redis)).containsExactly("weir:shop:resets");
        peek(store, policy, KEY);
        assertThat(keysWithTtl(redis)).containsExactly("weir:shop:resets");
        acquire(store, policy, KEY, 7);
        keysWithTtl(redis);
    }

    @ParameterizedTest
    @MethodSource("policiesOfSeven")
    void thirtyTwoThreadsOnTwoNodesGetExactlyWhatThereIs(Policy policy) throws Exception {
        int threads = 32;
        CyclicBarrier together = new CyclicBarrier(threads);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try (RedisCounts other = connected(redis)) {
            List<Future<Integer>> results = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                RedisCounts node = i % 2 == 0 ? store : other;
                results.add(
                        pool.submit(
                                () -> {
                                    together.await();
                                    int admitted = 0;
                                    for (int n = 0; n < 20; n++) {
                                        admitted += admits(node, policy, KEY) ? 1 : 0;
                                    }
                                    return admitted;
                                }));
            }
            int admitted = 0;
            for (Future<Integer> result : results) {
                admitted += result.get();
            }
            assertThat(admitted).isEqualTo(7);
        } finally {
            pool.shutdownNow();
        }
    }

    @ParameterizedTest
    @MethodSource("policiesOfSeven")
    void costsAreWeights(Policy policy) throws Exception {
        assertThat(acquire(telling, policy, KEY, 4).decision())
                .isInstanceOfSatisfying(
                        Admitted.class,
                        a -> assertThat(a.limits().get(0).remaining()).isEqualTo(3));
        assertThat(acquire(store, policy, KEY, 4).decision())
                .isInstanceOfSatisfying(
                        Refused.class,
                        r -> {
                            assertThat(r.limits().get(0).remaining()).isEqualTo(3);
                            assertThat(r.violated()).isNotEmpty();
                        });
        assertThat(acquire(store, policy, KEY, 3).decision()).isInstanceOf(Admitted.class);
        assertThat(acquire(store, policy, KEY, 9).decision()).isInstanceOf(Impossible.class);
        assertThatThrownBy(() -> acquire(store, policy, KEY, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> acquire(store, policy, KEY, -1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @MethodSource("policiesOfSeven")
    void peekSeesWhatIsThereAndTakesNothing(Policy policy) throws Exception {
        assertThat(peek(store, policy, KEY).get(0).remaining()).isEqualTo(7);
        assertThat(peek(store, policy, KEY).get(0).untilNext()).isZero();
        acquire(store, policy, KEY, 2);
        for (int i = 0; i < 10; i++) {
            LimitState state = peek(store, policy, KEY).get(0);
            assertThat(state.remaining()).isEqualTo(5);
            assertThat(state.permits()).isEqualTo(7);
            assertThat(state.window()).isEqualTo(policy.limits().get(0).fullAfter());
            assertThat(state.untilNext()).isPositive().isLessThanOrEqualTo(MINUTE);
        }
        assertThat(admittedUntilRefused(store, policy, KEY)).isEqualTo(5);
    }

    @ParameterizedTest
    @MethodSource("policiesOfSeven")
    void oneKeyDoesNotTouchAnother(Policy policy) throws Exception {
        List<Key> hostile =
                List.of(
                        Key.ofClient("a{b"),
                        Key.ofClient("a}b"),
                        Key.ofClient("a{}b"),
                        Key.ofClient("{a}"),
                        Key.ofClient("a"),
                        Key.ofClient(""),
                        Key.ofClient("a", "value"),
                        Key.ofClient("a:value"),
                        Key.ofClient("*"),
                        Key.ofClient("\u0000\r\n"),
                        Key.ofClient("\uD800"),
                        Key.ofClient("%s%n%f"),
                        Key.ofClient("é\uD83D\uDE00"),
                        Key.ofClient("x".repeat(100_000)),
                        Key.ofClient("null", (String) null));
        for (Key key : hostile) {
            assertThat(admittedUntilRefused(store, policy, key)).as(key.text()).isEqualTo(7);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a{b}", "weir:*", "a b\r\nFLUSHALL", "%", "ü"})
    void hostileNamesOfPoliciesAndApplications(String name) throws Exception {
        try (RedisCounts own = new RedisCounts(redis.settings(MINUTE), () -> name, false)) {
            probeUntilItServes(own);
            assertThat(admittedUntilRefused(own, sliding(name, 3), KEY)).isEqualTo(3);
            assertThat(admittedUntilRefused(store, sliding(name, 3), KEY)).isEqualTo(3);
        }
        assertThat(keysWithTtl(redis)).allMatch(key -> key.matches("[!-~]+"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRaisedNumberKeepsWhatIsUsed(boolean rateLimiter) throws Exception {
        assertThat(admittedUntilRefused(store, minute(rateLimiter, 5), KEY)).isEqualTo(5);
        assertThat(admittedUntilRefused(store, minute(rateLimiter, 8), KEY)).isEqualTo(3);
        try (RedisCounts restarted = connected(redis)) {
            assertThat(admittedUntilRefused(restarted, minute(rateLimiter, 9), KEY)).isEqualTo(1);
            assertThat(peek(restarted, minute(rateLimiter, 9), KEY).get(0).remaining()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aLoweredNumberIsEnforcedWhileMoreAreUsed(boolean rateLimiter) throws Exception {
        assertThat(admittedUntilRefused(store, minute(rateLimiter, 10), KEY)).isEqualTo(10);
        try (RedisCounts restarted = connected(redis)) {
            Policy lowered = minute(rateLimiter, 4);
            assertThat(admits(restarted, lowered, KEY)).isFalse();
            // One of ten comes back, then five: nine and four are in use still.
            age(1);
            assertThat(admits(restarted, lowered, KEY)).isFalse();
            age(5);
            assertThat(admits(restarted, lowered, KEY)).isFalse();
            age(1);
            assertThat(admittedUntilRefused(restarted, lowered, KEY)).isEqualTo(1);
            age(4);
            assertThat(admittedUntilRefused(restarted, lowered, KEY)).isEqualTo(4);
        }
    }

    @Test
    void nodesWithDifferentNumbersDuringARollingDeployKeepWhatIsUsed() throws Exception {
        try (RedisCounts other = connected(redis)) {
            assertThat(admittedUntilRefused(store, sliding("p", 4), KEY)).isEqualTo(4);
            assertThat(admittedUntilRefused(other, sliding("p", 6), KEY)).isEqualTo(2);
            assertThat(admits(store, sliding("p", 4), KEY)).isFalse();
            assertThat(admits(other, sliding("p", 6), KEY)).isFalse();
            assertThat(admits(store, sliding("p", 4), KEY)).isFalse();
        }
    }

    private static Policy minute(boolean rateLimiter, long permits) {
        return rateLimiter
                ? sliding("changed", permits)
                : script("changed", new SlidingWindow(permits, MINUTE));
    }

    /** Makes the oldest permits as old as the window. */
    private static void age(int permits) {
        try (Jedis client = redis.client()) {
            String name = "weir:shop:changed:{" + KEY.text() + "}:";
            List<Tuple> members =
                    new ArrayList<>(
                            client.zrangeWithScores(name + "rrl-60s:permits", 0, permits - 1));
            for (Tuple member : members) {
                client.zadd(
                        (name + "rrl-60s:permits").getBytes(UTF_8),
                        System.currentTimeMillis() - MINUTE.toMillis(),
                        member.getBinaryElement());
            }
            List<String> log = client.lrange(name + "log2-60s", 0, permits - 1);
            long old = (System.currentTimeMillis() - MINUTE.toMillis()) * 1000;
            for (int i = 0; i < log.size(); i++) {
                client.lset(
                        name + "log2-60s", i, log.get(i).replaceFirst("^\\d+", Long.toString(old)));
            }
        }
    }

    @Test
    void refusedUntilTheOldestPermitIsAsOldAsTheWindow() throws Exception {
        Policy policy = sliding("exact", 2);
        acquire(store, policy, KEY, 1);
        acquire(store, policy, KEY, 1);
        try (Jedis client = redis.client()) {
            String set = "weir:shop:exact:{" + KEY.text() + "}:rrl-60s:permits";
            byte[] oldest = shiftOldest(client, set, System.currentTimeMillis() - 40_000);
            long at = client.zscore(set.getBytes(UTF_8), oldest).longValue();
            long before = System.currentTimeMillis();
            Refused refused = refusal(store, policy, KEY);
            long after = System.currentTimeMillis();
            long free = at + MINUTE.toMillis();
            assertThat(refused.retryAfter())
                    .isBetween(Duration.ofMillis(free - after), Duration.ofMillis(free - before));
            assertThat(refused.violated()).containsExactly("wire");
            assertThat(refused.limits())
                    .singleElement()
                    .satisfies(
                            state -> {
                                assertThat(state.remaining()).isZero();
                                assertThat(state.untilNext()).isEqualTo(refused.retryAfter());
                            });
            shiftOldest(client, set, System.currentTimeMillis() - MINUTE.toMillis());
            assertThat(admits(store, policy, KEY)).isTrue();
        }
    }

    private static byte[] shiftOldest(Jedis client, String set, long to) {
        byte[] name = set.getBytes(UTF_8);
        byte[] oldest = client.zrange(name, 0, 0).iterator().next();
        client.zadd(name, to, oldest);
        return oldest;
    }

    @ParameterizedTest
    @MethodSource("policiesOfSeven")
    void aClockThatWasAYearAheadLocksNobodyOutForMoreThanTheWindow(Policy policy) throws Exception {
        assertThat(admittedUntilRefused(store, policy, KEY)).isEqualTo(7);
        long year = Duration.ofDays(365).toMillis();
        try (Jedis client = redis.client()) {
            String name = "weir:shop:" + policy.name() + ":{" + KEY.text() + "}:";
            byte[] set = (name + "rrl-60s:permits").getBytes(UTF_8);
            for (Tuple member : client.zrangeWithScores(set, 0, -1)) {
                client.zadd(set, member.getScore() + year, member.getBinaryElement());
            }
            List<String> log = client.lrange(name + "log2-60s", 0, -1);
            for (int i = 0; i < log.size(); i++) {
                String[] run = log.get(i).split(":");
                run[0] = Long.toString(Long.parseLong(run[0]) + year * 1000);
                if (i == 0) {
                    run[2] = Long.toString(Long.parseLong(run[2]) + year * 1000);
                }
                client.lset(name + "log2-60s", i, String.join(":", run));
            }
            String bucket = client.get(name + "bucket-60s");
            if (bucket != null) {
                String[] parts = bucket.split(":");
                client.psetex(
                        name + "bucket-60s",
                        600_000L,
                        parts[0] + ":" + (Long.parseLong(parts[1]) + year * 1000));
            }
        }
        Refused refused = refusal(store, policy, KEY);
        assertThat(refused.retryAfter()).isPositive().isLessThanOrEqualTo(policy.fullAfter());
        // Mended in Redis itself, too: it ends with the window.
        try (Jedis client = redis.client()) {
            byte[] set =
                    ("weir:shop:" + policy.name() + ":{" + KEY.text() + "}:rrl-60s:permits")
                            .getBytes(UTF_8);
            for (Tuple member : client.zrangeWithScores(set, 0, -1)) {
                assertThat((long) member.getScore())
                        .isLessThanOrEqualTo(System.currentTimeMillis());
            }
        }
    }

    @Test
    void allLimitsOrNone() throws Exception {
        Policy policy =
                script(
                        "orders",
                        new SlidingWindow(3, Duration.ofHours(1)),
                        new SlidingWindow(20, Duration.ofHours(2)),
                        new TokenBucket(1, Duration.ofHours(1), 30));
        assertThat(admittedUntilRefused(store, policy, KEY)).isEqualTo(3);
        for (int i = 0; i < 100; i++) {
            Refused refused = refusal(store, policy, KEY);
            assertThat(refused.violated()).containsExactly("wire-3600s");
            assertThat(refused.limits())
                    .extracting(LimitState::remaining)
                    .containsExactly(0L, 17L, 27L);
        }
    }

    @Test
    void givesBackExactlyWhatWasTaken() throws Exception {
        for (Limit limit : List.of(new SlidingWindow(5, MINUTE), new TokenBucket(1, MINUTE, 5))) {
            Policy policy = givingBack("back", limit);
            Outcome two = acquire(store, policy, KEY, 2);
            Outcome three = acquire(store, policy, KEY, 3);
            assertThat(admits(store, policy, KEY)).isFalse();
            two.receipt().giveBack();
            assertThat(peek(store, policy, KEY).get(0).remaining()).isEqualTo(2);
            assertThat(admittedUntilRefused(store, policy, KEY)).isEqualTo(2);
            three.receipt().giveBack();
            assertThat(admittedUntilRefused(store, policy, KEY)).isEqualTo(3);
            store.reset(policy, KEY);
            three.receipt().giveBack();
            assertThat(admittedUntilRefused(store, policy, KEY)).isEqualTo(5);
        }
    }

    /** Nobody waits for a Redis that hangs, and what is too much for it is dropped. */
    @Test
    void givingBackNeverWaits() throws Exception {
        Policy policy = givingBack("hung", new SlidingWindow(1_000, MINUTE));
        SharedCounts.Settlement giveBack =
                requireNonNull(
                        store.take(policy, KEY, 1_000, List.of(), MINUTE.toNanos()).settlement());
        redis.freeze();
        long before = System.nanoTime();
        try {
            for (int i = 0; i < 1_000; i++) {
                assertThat(giveBack.settle(-1_000)).isNotNull();
            }
        } finally {
            redis.thaw();
        }
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(LONG_DEADLINE);
        long until = System.nanoTime() + LONG_DEADLINE.toNanos();
        while (peek(store, policy, KEY).get(0).remaining() == 0) {
            assertThat(System.nanoTime()).as("given back").isLessThan(until);
            Thread.sleep(10);
        }
        RedisCounts closed = connected(redis);
        SharedCounts.Settlement late =
                requireNonNull(
                        closed.take(policy, KEY, 1, List.of(), MINUTE.toNanos()).settlement());
        closed.close();
        assertThat(late.settle(-1).toCompletableFuture()).as("not connected: dropped").isDone();
    }

    @Test
    void admissionsTellWhatIsLeftWhereAskedTo() throws Exception {
        Decision quiet = acquire(store, sliding("p", 3), KEY, 1).decision();
        assertThat(quiet.limits()).isEmpty();
        Decision told = acquire(telling, sliding("p", 3), KEY, 1).decision();
        assertThat(told.limits())
                .singleElement()
                .satisfies(
                        state -> {
                            assertThat(state.remaining()).isEqualTo(1);
                            assertThat(state.untilNext())
                                    .isBetween(MINUTE.minusSeconds(30), MINUTE);
                        });
    }

    @Test
    void aKeyThatIsKnownCostsOneRoundTripAndARefusalTwo() throws Exception {
        acquire(store, sliding("trips", 2), KEY, 1);
        long admission = evalCalls();
        acquire(store, sliding("trips", 2), KEY, 1);
        assertThat(evalCalls() - admission).isEqualTo(1);
        long refusal = evalCalls();
        acquire(store, sliding("trips", 2), KEY, 1);
        assertThat(evalCalls() - refusal).isEqualTo(2);
        Policy script = script("trips", new SlidingWindow(2, MINUTE), bucket(60, 10));
        acquire(store, script, KEY, 1);
        long one = evalCalls();
        for (int i = 0; i < 5; i++) {
            acquire(store, script, KEY, 1);
        }
        assertThat(evalCalls() - one).isEqualTo(5);
    }

    @Test
    void aBucketThatIsEmptyAgainWithinAMicrosecond() throws Exception {
        Policy policy = script("fast", new TokenBucket(1_000_000, Duration.ofSeconds(1), 1_000));
        assertThat(acquire(store, policy, KEY, 1).decision()).isInstanceOf(Admitted.class);
    }

    private static long evalCalls() {
        try (Jedis client = redis.client()) {
            return client.info("commandstats")
                    .lines()
                    .filter(line -> line.startsWith("cmdstat_evalsha:calls="))
                    .mapToLong(
                            line ->
                                    Long.parseLong(
                                            line.substring(
                                                    line.indexOf('=') + 1, line.indexOf(','))))
                    .sum();
        }
    }

    @ParameterizedTest
    @MethodSource("policiesOfSeven")
    void forgottenScriptsAreLoadedAgain(Policy policy) throws Exception {
        for (int i = 0; i < 7; i++) {
            try (Jedis client = redis.client()) {
                client.scriptFlush();
            }
            assertThat(admits(store, policy, KEY)).isTrue();
        }
        assertThat(admits(store, policy, KEY)).isFalse();
    }

    @ParameterizedTest
    @MethodSource("policiesOfSeven")
    void anEmptiedRedisStartsAnew(Policy policy) throws Exception {
        assertThat(admittedUntilRefused(store, policy, KEY)).isEqualTo(7);
        try (Jedis client = redis.client()) {
            client.flushAll();
        }
        assertThat(admittedUntilRefused(store, policy, KEY)).isEqualTo(7);
    }

    @Test
    void anInterruptedCallerStaysInterrupted() throws Exception {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> acquire(store, sliding("p", 3), KEY, 1))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("interrupted");
        assertThat(Thread.interrupted()).isTrue();
        assertThat(admits(store, sliding("p", 3), KEY)).isTrue();
    }

    @Test
    void namesItsAddressWithoutSchemeAndPassword() {
        assertThat(store.address()).isEqualTo("127.0.0.1:" + redis.port());
    }
}
