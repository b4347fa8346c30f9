package io.weir.internal.redis;

import static io.weir.internal.redis.Fixtures.LONG_DEADLINE;
import static io.weir.internal.redis.Fixtures.probeUntilItServes;
import static io.weir.internal.redis.Fixtures.script;
import static io.weir.testing.Asked.acquire;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.CountWhen;
import io.weir.Decision;
import io.weir.Key;
import io.weir.Limit;
import io.weir.LimitState;
import io.weir.Policy;
import io.weir.internal.count.CountingStore;
import io.weir.internal.count.Outcome;
import io.weir.internal.count.SetTicker;
import io.weir.internal.count.SharedCounts;
import io.weir.internal.count.StoreUnavailableException;
import io.weir.testing.Policies;
import io.weir.testing.RealRedis;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** The script and the arithmetic in memory, on one clock that is set, decide the same. */
class LuaAndJavaTest {

    private static final String CLOCK = "local now = tonumber(redis.call('GET', 'now'))";
    private static final long START = 1_800_000_000_000_000L;
    private static final int TRACES = 100;
    private static final int STEPS = 50;

    @Test
    void theyDecideTheSameOnRandomTraces() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        SetTicker ticker = SetTicker.anywhere();
        ticker.setDate(Instant.EPOCH.plus(START, ChronoUnit.MICROS));
        CountingStore java = new CountingStore(10_000, ticker, () -> {});
        int refused = 0;
        try (RealRedis redis = RealRedis.started();
                Jedis client = redis.client();
                RedisCounts lua = onItsOwnClock(redis, () -> anyTime(random))) {
            probeUntilItServes(lua);
            long now = START;
            for (int trace = 0; trace < TRACES; trace++) {
                Policy policy = script("trace " + trace, limits(random));
                Key key = Key.ofClient("203.0.113.7");
                for (int step = 0; step < STEPS; step++) {
                    long pause = pause(random);
                    now += pause;
                    ticker.advance(pause * 1_000);
                    client.set("now", Long.toString(now));
                    long cost = 1 + random.nextInt((int) Math.min(3, policy.capacity()));
                    Decision byLua = acquire(lua, policy, key, cost).decision();
                    Decision byJava = java.tryAcquire(policy, key, cost).decision();
                    String where = "seed " + seed + ", trace " + trace + ", step " + step;
                    assertThat(told(byLua)).as(where).isEqualTo(told(byJava));
                    refused += byLua instanceof Decision.Refused ? 1 : 0;
                }
            }
        }
        assertThat(refused).as("both outcomes were met").isBetween(500, TRACES * STEPS - 500);
    }

    @Test
    void whatWasAdmittedAloneCountsAsIfRedisHadBeenThere() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        SetTicker ticker = SetTicker.anywhere();
        CountingStore java = new CountingStore(10_000, ticker, () -> {});
        int settled = 0;
        try (RealRedis redis = RealRedis.started();
                Jedis client = redis.client();
                RedisCounts lua = onItsOwnClock(redis, System::currentTimeMillis)) {
            probeUntilItServes(lua);
            long now = START;
            for (int trace = 0; trace < TRACES; trace++) {
                Policy policy =
                        script(
                                "alone " + trace,
                                new Limit.SlidingWindow(1 + random.nextInt(12), window(random)));
                Key key = Key.ofClient("203.0.113.7");
                List<Long> owed = new ArrayList<>();
                boolean alone = false;
                for (int step = 0; step < STEPS; step++) {
                    long pause = pause(random);
                    now += pause;
                    ticker.advance(pause * 1_000);
                    client.set("now", Long.toString(now));
                    alone = random.nextInt(5) == 0 ? !alone : alone;
                    if (alone) {
                        if (java.tryAcquire(policy, key, 1).decision()
                                instanceof Decision.Admitted) {
                            owed.add(ticker.nanoTime());
                        }
                        continue;
                    }
                    long asked = ticker.nanoTime();
                    long[] ages = owed.stream().mapToLong(taken -> asked - taken).toArray();
                    settled += ages.length == 0 ? 0 : 1;
                    owed.clear();
                    assertThat(told(tell(lua, policy, key, ages)))
                            .as("seed " + seed + ", trace " + trace + ", step " + step)
                            .isEqualTo(told(java.tryAcquire(policy, key, 1).decision()));
                }
            }
        }
        assertThat(settled).isGreaterThan(100);
    }

    /** Of a bucket Redis gives back what is certainly there: so it is only charged. */
    @Test
    void theySettleTheSame() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        SetTicker ticker = SetTicker.anywhere();
        ticker.setDate(Instant.EPOCH.plus(START, ChronoUnit.MICROS));
        CountingStore java = new CountingStore(10_000, ticker, () -> {});
        int settled = 0;
        try (RealRedis redis = RealRedis.started();
                Jedis client = redis.client();
                RedisCounts lua = onItsOwnClock(redis, System::currentTimeMillis)) {
            probeUntilItServes(lua);
            long now = START;
            for (int trace = 0; trace < TRACES; trace++) {
                Limit[] limits = limits(random);
                boolean bucket = Stream.of(limits).anyMatch(Limit.TokenBucket.class::isInstance);
                Policy policy =
                        Policies.like(script("settled " + trace, limits))
                                .countWhen(CountWhen.SETTLED)
                                .policy();
                Key key = Key.ofClient("203.0.113.7");
                for (int step = 0; step < STEPS; step++) {
                    long pause = pause(random);
                    now += pause;
                    ticker.advance(pause * 1_000);
                    client.set("now", Long.toString(now));
                    long cost = 1 + random.nextInt((int) Math.min(3, policy.capacity()));
                    Outcome byLua = acquire(lua, policy, key, cost);
                    Outcome byJava = java.tryAcquire(policy, key, cost);
                    String where = "seed " + seed + ", trace " + trace + ", step " + step;
                    assertThat(told(byLua.decision())).as(where).isEqualTo(told(byJava.decision()));
                    if (byLua.decision() instanceof Decision.Admitted && random.nextBoolean()) {
                        long actual = random.nextInt(7) + (bucket ? cost : 0);
                        long most = cost + policy.capacity();
                        byLua.receipt().settle(Math.min(actual, most));
                        byJava.receipt().settle(actual);
                        settled++;
                    }
                }
            }
        }
        assertThat(settled).isGreaterThan(200);
    }

    private static Decision tell(RedisCounts lua, Policy policy, Key key, long[] ages)
            throws StoreUnavailableException {
        long[] counts = LongStream.of(ages).map(age -> 1).toArray();
        SharedCounts.Debt debt = new SharedCounts.Debt.Runs(ages, counts);
        return lua.take(policy, key, 1, List.of(debt), LONG_DEADLINE.toNanos()).decision();
    }

    /**
     * A node's wall clock is nothing to what is decided: right mostly, else a little off, or far.
     */
    private static long anyTime(Random random) {
        long off =
                switch (random.nextInt(4)) {
                    case 0 -> random.nextInt(60_000) - 30_000;
                    case 1 -> random.nextInt();
                    case 2 -> random.nextLong(3_000_000_000_000L) - 1_500_000_000_000L;
                    default -> 0;
                };
        return START / 1_000 + off;
    }

    private static RedisCounts onItsOwnClock(RealRedis redis, LongSupplier wallClock) {
        return new RedisCounts(
                redis.settings(LONG_DEADLINE),
                null,
                () -> "shop",
                false,
                () -> Resets.DAY,
                CLOCK,
                wallClock);
    }

    private static Limit quota(Random random) {
        Limit.Period[] periods = Limit.Period.values();
        String[] zones = ZoneId.getAvailableZoneIds().toArray(String[]::new);
        return new Limit.CalendarQuota(
                3 + random.nextInt(12),
                periods[random.nextInt(periods.length)],
                ZoneId.of(zones[random.nextInt(zones.length)]));
    }

    private static Limit[] limits(Random random) {
        List<Limit> limits = new ArrayList<>();
        if (random.nextBoolean()) {
            limits.add(new Limit.SlidingWindow(1 + random.nextInt(12), window(random)));
        }
        if (random.nextBoolean() || limits.isEmpty()) {
            limits.add(
                    new Limit.TokenBucket(
                            1 + random.nextInt(12), window(random), 1 + random.nextInt(12)));
        }
        if (random.nextInt(3) == 0) {
            limits.add(random.nextInt(limits.size() + 1), quota(random));
        }
        return limits.toArray(Limit[]::new);
    }

    /** Long enough that no key expires by the real clock while a trace is running. */
    private static Duration window(Random random) {
        return Duration.ofMillis(60_000 + random.nextInt(3_600_000));
    }

    private static long pause(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> 0;
            case 4 -> random.nextInt(20) == 0 ? random.nextLong(400_000_000_000L) : 0;
            case 1 -> random.nextInt(1_000);
            case 2 -> random.nextInt(60_000_000);
            default -> random.nextInt(2_000_000_000);
        };
    }

    /** What a decision says, with times rounded up to the microseconds of Redis. */
    private static List<Object> told(Decision decision) {
        List<Object> told = new ArrayList<>();
        told.add(decision.getClass().getSimpleName());
        if (decision instanceof Decision.Refused refused) {
            told.add(micros(refused.retryAfter()));
            told.addAll(refused.violated());
        }
        for (LimitState state : decision.limits()) {
            told.add(List.of(state.name(), state.permits(), state.remaining(), state.window()));
            told.add(micros(state.untilNext()));
        }
        return told;
    }

    private static long micros(Duration duration) {
        return (duration.toNanos() + 999) / 1_000;
    }
}
