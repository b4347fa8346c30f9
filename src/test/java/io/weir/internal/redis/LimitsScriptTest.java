package io.weir.internal.redis;

import static io.weir.internal.redis.Fixtures.LONG_DEADLINE;
import static io.weir.internal.redis.Fixtures.givingBack;
import static io.weir.internal.redis.Fixtures.probeUntilItServes;
import static io.weir.internal.redis.Fixtures.script;
import static io.weir.testing.Asked.acquire;
import static io.weir.testing.Asked.peek;
import static java.math.BigInteger.ONE;
import static java.math.BigInteger.ZERO;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.Decision;
import io.weir.Decision.Admitted;
import io.weir.Decision.Refused;
import io.weir.Key;
import io.weir.Limit;
import io.weir.Limit.SlidingWindow;
import io.weir.Limit.TokenBucket;
import io.weir.LimitState;
import io.weir.Policy;
import io.weir.internal.count.Outcome;
import io.weir.internal.count.SharedCounts.Debt;
import io.weir.internal.count.StoreUnavailableException;
import io.weir.testing.RealRedis;
import java.math.BigInteger;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;

/**
 * The script on a clock that the test sets, against naive ways of counting.
 *
 * <p>Windows are hours, because keys still expire by the real clock of Redis.
 */
class LimitsScriptTest {

    private static final String CLOCK = "local now = tonumber(redis.call('GET', 'now'))";
    private static final long START = 1_800_000_000_000_000L;
    private static final Duration HOUR = Duration.ofHours(1);

    private static RealRedis redis;
    private static RedisCounts store;
    private static Jedis client;

    @BeforeAll
    static void start() throws InterruptedException {
        redis = RealRedis.started();
        store =
                new RedisCounts(
                        redis.settings(LONG_DEADLINE),
                        null,
                        () -> "shop",
                        false,
                        () -> Resets.DAY,
                        CLOCK,
                        System::currentTimeMillis);
        probeUntilItServes(store);
        client = redis.client();
    }

    @AfterAll
    static void stop() {
        client.close();
        store.close();
        redis.close();
    }

    private static void now(long micros) {
        client.set("now", Long.toString(micros));
    }

    private static Decision at(long micros, Policy policy, Key key, long cost)
            throws StoreUnavailableException {
        now(micros);
        return acquire(store, policy, key, cost).decision();
    }

    /** One limit counted so simply that it cannot be wrong. */
    private interface Naive {
        BigInteger untilFree(long now, long cost);

        void take(long now, long cost);

        long remaining(long now);
    }

    /** The times of all permits ever taken. */
    private static final class NaiveLog implements Naive {
        private final SlidingWindow limit;
        private final List<Long> times = new ArrayList<>();

        NaiveLog(SlidingWindow limit) {
            this.limit = limit;
        }

        private long window() {
            return micros(limit.window());
        }

        private long used(long now) {
            return times.stream().filter(t -> t + window() > now).count();
        }

        @Override
        public BigInteger untilFree(long now, long cost) {
            // The instants at which something changes are the expiries.
            if (used(now) + cost <= limit.permits()) {
                return ZERO;
            }
            return times.stream()
                    .map(t -> t + window())
                    .filter(t -> t > now && used(t) + cost <= limit.permits())
                    .min(Long::compare)
                    .map(t -> BigInteger.valueOf(t - now))
                    .orElseThrow();
        }

        @Override
        public void take(long now, long cost) {
            for (long i = 0; i < cost; i++) {
                times.add(now);
            }
        }

        @Override
        public long remaining(long now) {
            return limit.permits() - used(now);
        }
    }

    /** Tokens as an exact fraction with the window as its denominator, filled up to the burst. */
    private static final class NaiveBucket implements Naive {
        private final TokenBucket limit;
        private final BigInteger window;
        private final BigInteger full;
        private BigInteger tokens;
        private long at = START;

        NaiveBucket(TokenBucket limit) {
            this.limit = limit;
            window = BigInteger.valueOf(micros(limit.window()));
            full = BigInteger.valueOf(limit.burst()).multiply(window);
            tokens = full;
        }

        private void refill(long now) {
            BigInteger refilled =
                    BigInteger.valueOf(now - at).multiply(BigInteger.valueOf(limit.permits()));
            tokens = tokens.add(refilled).min(full);
            at = now;
        }

        @Override
        public BigInteger untilFree(long now, long cost) {
            refill(now);
            BigInteger lacking = BigInteger.valueOf(cost).multiply(window).subtract(tokens);
            return lacking.signum() <= 0 ? ZERO : ceil(lacking, limit.permits());
        }

        @Override
        public void take(long now, long cost) {
            refill(now);
            tokens = tokens.subtract(BigInteger.valueOf(cost).multiply(window));
        }

        @Override
        public long remaining(long now) {
            refill(now);
            return tokens.divide(window).longValueExact();
        }

        private static BigInteger ceil(BigInteger dividend, long divisor) {
            BigInteger[] parts = dividend.divideAndRemainder(BigInteger.valueOf(divisor));
            return parts[1].signum() == 0 ? parts[0] : parts[0].add(ONE);
        }
    }

    private static long micros(Duration duration) {
        return duration.dividedBy(ChronoUnit.MICROS.getDuration());
    }

    private static Naive naive(Limit limit) {
        return limit instanceof SlidingWindow sliding
                ? new NaiveLog(sliding)
                : new NaiveBucket((TokenBucket) limit);
    }

    private static Limit anyLimit(Random random, int index) {
        // Every limit of a policy has a window of its own.
        Duration window =
                HOUR.multipliedBy(1 + index).plusMillis(random.nextInt(3) * random.nextInt(999));
        long permits = 1 + random.nextInt(20);
        if (random.nextBoolean()) {
            return new SlidingWindow(permits, window);
        }
        long burst = 1 + random.nextInt(20);
        if (random.nextInt(4) == 0) {
            // As large as can be counted.
            burst = Math.min(Integer.MAX_VALUE, Limit.MAX_BUCKET_AREA / micros(window));
        }
        return new TokenBucket(permits, window, burst);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void agreesWithNaiveCounting(long seed) throws Exception {
        Random random = new Random(seed);
        List<Limit> limits = new ArrayList<>();
        for (int i = 0; i <= random.nextInt(3); i++) {
            limits.add(anyLimit(random, i));
        }
        Policy policy = script("trace", limits.toArray(new Limit[0]));
        List<Naive> naive = limits.stream().map(LimitsScriptTest::naive).toList();
        Key key = Key.ofClient("seed", Long.toString(seed));
        long now = START;
        BigInteger lastWait = ZERO;
        for (int step = 0; step < 80; step++) {
            now += nextStep(random, lastWait);
            long cost = 1 + (random.nextInt(3) == 0 ? random.nextInt(5) : 0);
            if (random.nextInt(10) == 0) {
                cost = policy.capacity();
            }
            // A log of a permit an entry, and no bucket that would make it endless.
            cost = Math.min(cost, Math.min(policy.capacity(), 100_000_000));
            String where = "seed " + seed + ", step " + step + ", " + limits + ", cost " + cost;

            BigInteger wait = ZERO;
            for (Naive limit : naive) {
                wait = wait.max(limit.untilFree(now, cost));
            }
            Decision decision = at(now, policy, key, cost);
            if (wait.signum() == 0) {
                assertThat(decision).as(where).isInstanceOf(Admitted.class);
                for (Naive limit : naive) {
                    limit.take(now, cost);
                }
            } else {
                assertThat(decision).as(where).isInstanceOf(Refused.class);
                Refused refused = (Refused) decision;
                assertThat(refused.retryAfter())
                        .as(where)
                        .isEqualTo(Duration.of(wait.longValueExact(), ChronoUnit.MICROS))
                        .isLessThanOrEqualTo(policy.fullAfter().plusNanos(1_000));
                List<String> violated = new ArrayList<>();
                for (int i = 0; i < naive.size(); i++) {
                    if (naive.get(i).untilFree(now, cost).signum() > 0) {
                        violated.add(policy.limitName(i));
                    }
                }
                assertThat(refused.violated()).as(where).isEqualTo(violated);
            }
            lastWait = wait;
            for (int i = 0; i < naive.size(); i++) {
                LimitState state = decision.limits().get(i);
                assertThat(state.remaining()).as(where).isEqualTo(naive.get(i).remaining(now));
                BigInteger next =
                        state.remaining() == limits.get(i).capacity()
                                ? ZERO
                                : naive.get(i).untilFree(now, state.remaining() + 1);
                assertThat(state.untilNext())
                        .as(where)
                        .isEqualTo(Duration.of(next.longValueExact(), ChronoUnit.MICROS));
            }
            assertThat(peek(store, policy, key)).as(where).isEqualTo(decision.limits());
        }
    }

    /** Often just before, at or just after the instant at which something comes back. */
    private static long nextStep(Random random, BigInteger lastWait) {
        return switch (random.nextInt(6)) {
            case 0 -> 0;
            case 1 -> random.nextInt(1_000_000);
            case 2 -> Math.max(0, lastWait.longValueExact() - 1);
            case 3 -> lastWait.longValueExact();
            case 4 -> (long) (random.nextDouble() * micros(HOUR));
            default -> lastWait.longValueExact() + 1;
        };
    }

    @Test
    void aStepBackOfTheClockNeverMakesAWaitLongerThanTheWindow() throws Exception {
        Policy policy = script("back", new SlidingWindow(4, HOUR), new TokenBucket(2, HOUR, 6));
        Key key = Key.ofClient("clock");
        for (int i = 0; i < 4; i++) {
            at(START + i, policy, key, 1);
        }
        long earlier = START - micros(Duration.ofDays(300));
        Refused refused = (Refused) at(earlier, policy, key, 4);
        assertThat(refused.retryAfter()).isEqualTo(HOUR);
        assertThat(at(earlier + micros(HOUR) - 1, policy, key, 4)).isInstanceOf(Refused.class);
        assertThat(at(earlier + micros(HOUR), policy, key, 4)).isInstanceOf(Admitted.class);
    }

    @Test
    void aSmallStepBackKeepsOlderPermitsInOrder() throws Exception {
        Policy policy = script("order", new SlidingWindow(3, HOUR));
        Key key = Key.ofClient("clock");
        at(START, policy, key, 1);
        at(START + 100, policy, key, 1);
        assertThat(at(START + 50, policy, key, 1)).isInstanceOf(Admitted.class);
        assertThat(client.lrange("weir:shop:order:{clock}:log2-3600s", 0, -1))
                .containsExactly(START + ":1:" + (START + 50) + ":3", (START + 50) + ":2");
    }

    @Test
    void aLogOfThousandsIsFreedAndFilledAtOnce() throws Exception {
        Policy policy = script("large", new SlidingWindow(20_000, HOUR));
        Key key = Key.ofClient("large");
        assertThat(at(START, policy, key, 12_345)).isInstanceOf(Admitted.class);
        for (int i = 1; i <= 5; i++) {
            at(START + i, policy, key, 1_000);
        }
        Refused refused = (Refused) at(START + 10, policy, key, 10_000);
        assertThat(refused.limits().get(0).remaining()).isEqualTo(2_655);
        assertThat(refused.retryAfter()).isEqualTo(HOUR.minus(10, ChronoUnit.MICROS));
        Decision later = at(START + 3 + micros(HOUR), policy, key, 1);
        assertThat(later.limits().get(0).remaining()).isEqualTo(20_000 - 2_000 - 1);
        assertThat(client.lrange("weir:shop:large:{large}:log2-3600s", 0, -1))
                .containsExactly(
                        (START + 4) + ":1000:" + (START + 3 + micros(HOUR)) + ":2001",
                        (START + 5) + ":1000",
                        (START + 3 + micros(HOUR)) + ":1");
    }

    @Test
    void whatCameBackByItselfIsNotGivenBackAgain() throws Exception {
        Key key = Key.ofClient("again");
        Policy log = givingBack("log", new SlidingWindow(5, HOUR));
        now(START);
        Outcome old = acquire(store, log, key, 2);
        at(START + micros(HOUR), log, key, 5);
        old.receipt().giveBack();
        assertThat(peek(store, log, key).get(0).remaining()).isZero();

        // One permit an hour. Two hours later what the first took has come back.
        Policy bucket = givingBack("bucket", new TokenBucket(1, HOUR, 5));
        now(START);
        Outcome two = acquire(store, bucket, key, 2);
        at(START + 2 * micros(HOUR), bucket, key, 5);
        two.receipt().giveBack();
        assertThat(peek(store, bucket, key).get(0).remaining()).isZero();

        // After half an hour half a permit has come back of the one before, none of the second.
        store.reset(bucket, key);
        at(START, bucket, key, 1);
        Outcome second = acquire(store, bucket, key, 4);
        now(START + micros(HOUR) / 2);
        second.receipt().giveBack();
        LimitState state = peek(store, bucket, key).get(0);
        assertThat(state.remaining()).isEqualTo(4);
        assertThat(state.untilNext()).isEqualTo(Duration.ofMinutes(30));
    }

    @Test
    void whatIsOwedIsCountedFirst() throws Exception {
        Key key = Key.ofClient("owing");
        long second = 1_000_000_000L;
        Policy both = script("owing", new SlidingWindow(5, HOUR), new TokenBucket(3600, HOUR, 9));
        now(START);
        acquire(store, both, key, 2);
        now(START + 1_000_000);
        Decision decision =
                take(both, key, runs(9 * second, second / 2), new Debt.Level(4 * second, 0));
        // 2 + 2 owed + 1 of the log; of the bucket 2 - 1 + 4 + 1 are used.
        assertThat(decision.limits().stream().map(LimitState::remaining)).containsExactly(0L, 3L);
        // The oldest comes first, although it was told last.
        assertThat(decision.limits().get(0).untilNext()).isEqualTo(HOUR.minusSeconds(9));

        // Refused, it is counted all the same, all of it.
        assertThat(take(both, key, runs(), new Debt.Level(100 * second, 0)))
                .isInstanceOf(Refused.class);
        assertThat(peek(store, both, key).get(1).remaining()).isZero();
        assertThat(peek(store, both, key).get(1).untilNext())
                .isEqualTo(Duration.ofSeconds(6 + 100 - 9 + 1));

        // What came back meanwhile is not owed any more.
        Key other = Key.ofClient("other");
        decision = take(both, other, runs(2 * HOUR.toNanos()), new Debt.Level(0, 0));
        assertThat(decision.limits().get(0).remaining()).isEqualTo(4);

        // A key of another type is no reason to forget it.
        Key strange = Key.ofClient("strange");
        client.set(logKey(both, strange), "no list");
        decision = take(both, strange, runs(second, second), new Debt.Level(second, 0));
        assertThat(decision.limits().get(0).remaining()).isEqualTo(2);
        assertThat(client.pttl(logKey(both, strange))).isPositive();
    }

    /** One permit each. */
    private static Debt.Runs runs(long... ages) {
        return new Debt.Runs(ages, LongStream.of(ages).map(age -> 1).toArray());
    }

    private static Decision take(Policy policy, Key key, Debt... debts)
            throws StoreUnavailableException {
        return store.take(policy, key, 1, List.of(debts), LONG_DEADLINE.toNanos()).decision();
    }

    private static String logKey(Policy policy, Key key) {
        return new RedisKeys(() -> "shop").log(policy, key, policy.limits().get(0));
    }

    @Test
    void aChangedBucketKeepsWhatIsUsedAndFillsAtItsNewRate() throws Exception {
        Key key = Key.ofClient("changed");
        at(START, script("b", new TokenBucket(10, HOUR, 10)), key, 8);
        Policy slower = script("b", new TokenBucket(1, HOUR, 10));
        Refused refused = (Refused) at(START, slower, key, 3);
        assertThat(refused.retryAfter()).isEqualTo(HOUR);
        // More used than it holds now: that drains first.
        Policy smaller = script("b", new TokenBucket(1, HOUR, 2));
        assertThat(((Refused) at(START, smaller, key, 2)).retryAfter())
                .isEqualTo(HOUR.multipliedBy(8));
        Policy larger = script("b", new TokenBucket(1, HOUR, 20));
        assertThat(at(START, larger, key, 12)).isInstanceOf(Admitted.class);
        assertThat(at(START, larger, key, 1)).isInstanceOf(Refused.class);
    }

    @Test
    void keysGoWhenNothingIsUsedAnyMore() throws Exception {
        Key key = Key.ofClient("ttl");
        Policy policy = givingBack("ttl", new SlidingWindow(5, HOUR), new TokenBucket(60, HOUR, 5));
        now(START);
        Outcome outcome = acquire(store, policy, key, 1);
        assertThat(client.pttl("weir:shop:ttl:{ttl}:log2-3600s")).isBetween(3_570_000L, 3_600_001L);
        // One of 60 an hour is back in a minute.
        assertThat(client.pttl("weir:shop:ttl:{ttl}:bucket-3600s")).isBetween(30_000L, 60_001L);
        outcome.receipt().giveBack();
        assertThat(
                        client.exists(
                                "weir:shop:ttl:{ttl}:log2-3600s",
                                "weir:shop:ttl:{ttl}:bucket-3600s"))
                .isZero();
    }
}
