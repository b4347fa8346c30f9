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
import static io.weir.internal.redis.Fixtures.sliding;
import static io.weir.testing.Asked.peek;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.Key;
import io.weir.Limit.SlidingWindow;
import io.weir.Policy;
import io.weir.internal.count.SharedCounts.Mark;
import io.weir.internal.count.StoreUnavailableException;
import io.weir.internal.count.StoreUnavailableException.Kind;
import io.weir.testing.RealRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;

/** A reset deletes counts, and every other node reads of it once. */
class ResetsTest {

    private static final String RESETS = "weir:shop:resets";
    private static final String NAME = "p:{203.0.113.7:42}";
    private static final long SECOND = 1_000_000;

    private final Policy three = sliding("p", 3);
    private RealRedis redis;
    private RedisCounts one;
    private RedisCounts two;
    private Jedis client;

    @BeforeEach
    void start() throws InterruptedException {
        redis = RealRedis.started();
        client = redis.client();
        one = connected(redis);
        two = connected(redis);
    }

    @AfterEach
    void stop() {
        one.close();
        two.close();
        client.close();
        redis.close();
    }

    private long now() {
        List<String> time = client.time();
        return Long.parseLong(time.get(0)) * SECOND + Long.parseLong(time.get(1));
    }

    private static List<String> names(List<Mark> marks) {
        return marks.stream().map(Mark::name).toList();
    }

    @Test
    void othersReadOfItOnceAndWhoMadeItNever() throws Exception {
        for (int i = 0; i < 2; i++) {
            assertThat(admittedUntilRefused(one, three, KEY)).isEqualTo(3);
            long before = now();
            one.reset(three, KEY);
            assertThat(client.zscore(RESETS, NAME)).isBetween((double) before, (double) now());
            assertThat(admits(two, three, KEY)).isTrue();
            List<Mark> marks = two.probe().marks();
            assertThat(names(marks)).containsExactly(NAME);
            assertThat(marks.get(0).age()).isBetween(0L, Duration.ofSeconds(20).toNanos());
            assertThat(two.probe().marks()).isEmpty();
            assertThat(one.probe().marks()).isEmpty();
            two.reset(three, KEY);
            assertThat(names(one.probe().marks())).containsExactly(NAME);
            assertThat(one.probe().marks()).isEmpty();
            assertThat(two.probe().marks()).isEmpty();
        }
        keysWithTtl(redis);
    }

    /** A heartbeat may read the mark before this node has the answer that it was written. */
    @Test
    void whoMakesOneNeverReadsItMeanwhile() throws Exception {
        CompletableFuture<Void> resets =
                CompletableFuture.runAsync(
                        () -> {
                            for (int i = 0; i < 2_000; i++) {
                                try {
                                    one.reset(three, Key.ofClient("203.0.113." + i % 10));
                                } catch (StoreUnavailableException e) {
                                    throw new IllegalStateException(e);
                                }
                            }
                        });
        List<Mark> read = new ArrayList<>();
        while (!resets.isDone()) {
            read.addAll(one.probe().marks());
        }
        resets.get();
        assertThat(read).isEmpty();
        assertThat(two.probe().marks()).hasSize(10);
    }

    @Test
    void whateverHoldsCountsIsDeletedAndNothingElse() throws Exception {
        Policy both = givingBack("p", new SlidingWindow(3, MINUTE), bucket(3, 3));
        String prefix = "weir:shop:" + NAME + ":";
        for (String kind :
                List.of(
                        "rrl-60s",
                        "rrl-60s:value",
                        "rrl-60s:permits",
                        "log-60s",
                        "log2-60s",
                        "bucket-60s",
                        "bucketms-60s",
                        "bucket-60s:back")) {
            client.setex(prefix + kind, 60, "x");
        }
        client.setex(prefix + "log-61s", 60, "x");
        client.setex("weir:shop:p:{203.0.113.7:43}:log-60s", 60, "x");
        one.reset(both, KEY);
        assertThat(client.keys("weir:shop:p:*"))
                .containsExactlyInAnyOrder(
                        prefix + "log-61s", "weir:shop:p:{203.0.113.7:43}:log-60s");
    }

    @Test
    void thousandsComeAtOnceOldestFirst() throws Exception {
        assertThat(one.probe().marks()).isEmpty();
        int many = 3 * Resets.PAGE;
        List<String> written = fill(many, now() - SECOND);
        assertThat(names(one.probe().marks())).isEqualTo(written);
        assertThat(one.probe().marks()).isEmpty();
        assertThat(names(two.probe().marks())).isEqualTo(written);
    }

    private List<String> fill(int many, long from) {
        client.eval(
                "for i = 1, tonumber(ARGV[1]) do"
                        + " redis.call('ZADD', KEYS[1], string.format('%.0f', ARGV[2] + i),"
                        + " 'p:{' .. string.format('%d', i) .. '}') end"
                        + " return redis.call('EXPIRE', KEYS[1], 1000)",
                1, RESETS, String.valueOf(many), String.valueOf(from));
        return new ArrayList<>(client.zrange(RESETS, 0, -1));
    }

    @Test
    void whenItIsFullAnotherOneIsRefusedAndNoneIsDropped() throws Exception {
        fill(Resets.MOST, now());
        assertThat(admittedUntilRefused(one, three, KEY)).isEqualTo(3);
        assertThatThrownBy(() -> one.reset(three, KEY))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("10000");
        assertThat(client.zcard(RESETS)).isEqualTo(Resets.MOST);
        one.reset(three, Key.ofClient("7"));
        assertThat(client.zcard(RESETS)).isEqualTo(Resets.MOST);
        assertThat(names(two.probe().marks())).hasSize(Resets.MOST).endsWith("p:{7}");
    }

    @Test
    void oldOnesGo() throws Exception {
        client.zadd(RESETS, now() - 25 * 3600 * SECOND, "p:{old}");
        client.zadd(RESETS, now() - 23 * 3600 * SECOND, "p:{young}");
        List<Mark> marks = one.probe().marks();
        assertThat(names(marks)).containsExactly("p:{young}");
        assertThat(Duration.ofNanos(marks.get(0).age()))
                .isBetween(Duration.ofHours(23), Duration.ofHours(23).plusMinutes(1));
        assertThat(client.zrange(RESETS, 0, -1)).containsExactly("p:{young}");
    }

    /** As after a fail-over to a replica that was behind, or whose clock is. */
    @Test
    void whatIsNewInASetThatHasGoneBackIsReadAndWhatIsKnownIsNot() throws Exception {
        long now = now();
        client.zadd(RESETS, now - 3 * SECOND, "p:{known}");
        client.zadd(RESETS, now - SECOND, "p:{lost}");
        assertThat(names(one.probe().marks())).containsExactly("p:{known}", "p:{lost}");
        client.zrem(RESETS, "p:{lost}");
        assertThat(one.probe().marks()).isEmpty();
        client.zadd(RESETS, now - 2 * SECOND, "p:{new}");
        assertThat(names(one.probe().marks())).containsExactly("p:{new}");
        client.del(RESETS);
        assertThat(one.probe().marks()).isEmpty();
        client.zadd(RESETS, now - 4 * SECOND, "p:{known}");
        assertThat(names(one.probe().marks())).containsExactly("p:{known}");
    }

    @Test
    void numbersOnlyGrowAlsoWhereAClockWasAhead() throws Exception {
        long ahead = now() + 3600 * SECOND;
        client.zadd(RESETS, ahead, "p:{ahead}");
        one.reset(three, KEY);
        assertThat(client.zscore(RESETS, NAME)).isEqualTo(ahead + 1);
        List<Mark> marks = two.probe().marks();
        assertThat(names(marks)).containsExactly("p:{ahead}", NAME);
        assertThat(marks).extracting(Mark::age).containsOnly(0L);
        assertThat(two.probe().marks()).isEmpty();
    }

    @Test
    void strangeOnesAreRemoved() throws Exception {
        client.setex(RESETS, 100, "no set");
        assertThat(one.probe().marks()).isEmpty();
        client.setex(RESETS, 100, "no set");
        one.reset(three, KEY);
        client.zadd(RESETS, Double.POSITIVE_INFINITY, "p:{never}");
        assertThat(names(two.probe().marks())).containsExactly(NAME);
        one.reset(three, KEY);
        assertThat(client.zrange(RESETS, 0, -1)).containsExactly(NAME);
    }

    /** With a heartbeat, or with the next decision of the key: whichever is first. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void oneThatFoundNoRedisIsMadeBeforeAnythingElse(boolean byHeartbeat) throws Exception {
        one.probe();
        redis.kill();
        assertThatThrownBy(() -> one.reset(three, KEY))
                .isInstanceOf(StoreUnavailableException.class);
        redis.start();
        probeUntilItServes(two);
        assertThat(admittedUntilRefused(two, three, KEY)).isEqualTo(3);
        if (byHeartbeat) {
            probeUntilItServes(one);
        } else {
            untilAnswered(() -> assertThat(admits(one, three, KEY)).isTrue());
        }
        assertThat(names(two.probe().marks())).containsExactly(NAME);
        assertThat(admittedUntilRefused(two, three, KEY)).isEqualTo(byHeartbeat ? 3 : 2);
        assertThat(one.probe().marks()).isEmpty();
        assertThat(two.probe().marks()).isEmpty();
        assertThat(admits(two, three, KEY)).isFalse();
    }

    private interface Call {
        void run() throws StoreUnavailableException;
    }

    private static void untilAnswered(Call call) {
        long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (true) {
            try {
                call.run();
                return;
            } catch (StoreUnavailableException e) {
                assertThat(System.nanoTime()).as(e.getMessage()).isLessThan(until);
            }
        }
    }

    /** Several calls find a reset that waits, and a heartbeat: one makes it, before all of them. */
    @Test
    void oneThatWaitedDeletesNothingThatWasCountedAfterIt() throws Exception {
        one.probe();
        Policy many = sliding("many", 1_000);
        List<Key> keys = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            keys.add(Key.ofClient("203.0.113." + i));
        }
        redis.kill();
        for (Key key : keys) {
            assertThatThrownBy(() -> one.reset(many, key))
                    .isInstanceOf(StoreUnavailableException.class);
        }
        redis.start();
        probeUntilItServes(two);
        Thread.sleep(1_000); // until the connections are there again
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            for (Key key : keys) {
                List<Callable<Integer>> calls =
                        Collections.nCopies(
                                8,
                                () -> {
                                    int admitted = 0;
                                    for (int i = 0; i < 20; i++) {
                                        try {
                                            admitted += admits(one, many, key) ? 1 : 0;
                                        } catch (StoreUnavailableException e) {
                                            // Not counted.
                                            assertThat(e.kind()).isEqualTo(Kind.BUSY);
                                        }
                                    }
                                    return admitted;
                                });
                int admitted = 0;
                for (Future<Integer> each : threads.invokeAll(calls)) {
                    admitted += each.get();
                }
                assertThat(admitted).isPositive();
                assertThat(peek(two, many, key).get(0).remaining()).isEqualTo(1_000 - admitted);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(two.probe().marks()).hasSize(keys.size());
    }

    @Test
    void noMoreThanAThousandWait() throws Exception {
        RedisCounts never = new RedisCounts(redis.settings(LONG_DEADLINE), () -> "shop", false);
        for (int i = 0; i < Resets.MOST_WAITING + 100; i++) {
            Key key = Key.ofClient(String.valueOf(i));
            assertThatThrownBy(() -> never.reset(three, key))
                    .isInstanceOf(StoreUnavailableException.class);
        }
        probeUntilItServes(never);
        assertThat(client.zcard(RESETS)).isEqualTo(Resets.MOST_WAITING);
        never.close();
    }
}
