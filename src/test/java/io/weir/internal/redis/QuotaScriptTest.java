package io.weir.internal.redis;

import static io.weir.internal.redis.Fixtures.LONG_DEADLINE;
import static io.weir.internal.redis.Fixtures.givingBack;
import static io.weir.internal.redis.Fixtures.probeUntilItServes;
import static io.weir.internal.redis.Fixtures.script;
import static io.weir.testing.Asked.acquire;
import static io.weir.testing.Asked.peek;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.Decision;
import io.weir.Decision.Admitted;
import io.weir.Decision.Refused;
import io.weir.Key;
import io.weir.Limit;
import io.weir.Limit.CalendarQuota;
import io.weir.LimitState;
import io.weir.Policy;
import io.weir.internal.count.Outcome;
import io.weir.internal.count.SharedCounts.Debt;
import io.weir.internal.count.StoreUnavailableException;
import io.weir.testing.RealRedis;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;

/** Calendar quotas in Redis, on a clock of Redis and one of the node that a test sets apart. */
class QuotaScriptTest {

    private static final String CLOCK = "local now = tonumber(redis.call('GET', 'now'))";
    private static final Instant NOVEMBER = Instant.parse("2026-11-28T18:00:00Z");
    private static final Instant DECEMBER = Instant.parse("2026-12-01T00:00:00Z");
    private static final Instant JANUARY = Instant.parse("2027-01-01T00:00:00Z");
    private static final Key ADA = Key.ofClient("203.0.113.7");
    private static final String NAME = "weir:shop:month:{203.0.113.7}:quota-month-UTC";

    private static final AtomicLong WALL_CLOCK = new AtomicLong();
    private static RealRedis redis;
    private static RedisCounts store;
    private static Jedis client;

    private final Policy month = month(3);

    @BeforeAll
    static void start() throws InterruptedException {
        redis = RealRedis.started();
        WALL_CLOCK.set(System.currentTimeMillis());
        store =
                new RedisCounts(
                        redis.settings(LONG_DEADLINE),
                        null,
                        () -> "shop",
                        false,
                        () -> Resets.DAY,
                        CLOCK,
                        WALL_CLOCK::get);
        probeUntilItServes(store);
        client = redis.client();
    }

    @AfterAll
    static void stop() {
        client.close();
        store.close();
        redis.close();
    }

    @BeforeEach
    void nothingIsUsed() {
        client.flushAll();
        at(NOVEMBER);
    }

    private static CalendarQuota of(long permits, Limit.Period period, String zone) {
        return new CalendarQuota(permits, period, ZoneId.of(zone));
    }

    private static Policy month(long permits) {
        return script("month", of(permits, Limit.Period.MONTH, "UTC"));
    }

    /** Both clocks. */
    private static void at(Instant time) {
        redisAt(time);
        WALL_CLOCK.set(time.toEpochMilli());
    }

    private static void redisAt(Instant time) {
        client.set("now", Long.toString(ChronoUnit.MICROS.between(Instant.EPOCH, time)));
    }

    private static Decision take(Policy policy, long cost) throws StoreUnavailableException {
        return acquire(store, policy, ADA, cost).decision();
    }

    private static int admitted(Policy policy) throws StoreUnavailableException {
        int admitted = 0;
        while (take(policy, 1) instanceof Admitted) {
            admitted++;
        }
        return admitted;
    }

    private static Duration waitFor(Policy policy) throws StoreUnavailableException {
        return ((Refused) take(policy, 1)).retryAfter();
    }

    @Test
    void oneSmallKeyGoesWhenItsPeriodEnds() throws Exception {
        assertThat(take(month, 2)).isInstanceOf(Admitted.class);
        long used = ChronoUnit.MICROS.between(Instant.EPOCH, NOVEMBER);
        long begin = Instant.parse("2026-11-01T00:00:00Z").getEpochSecond();
        assertThat(client.get(NAME)).isEqualTo(begin + ":2:" + used);
        long left = Duration.between(NOVEMBER, DECEMBER).toMillis();
        assertThat(client.pttl(NAME)).isBetween(left - 60_000, left + 1);
        assertThat(client.memoryUsage(NAME)).isLessThan(200);
        take(script("month", of(3, Limit.Period.WEEK_FROM_MONDAY, "Europe/Paris")), 1);
        take(script("month", of(3, Limit.Period.DAY, "+02:00")), 1);
        assertThat(client.keys("weir:shop:month:*"))
                .containsExactlyInAnyOrder(
                        NAME,
                        "weir:shop:month:{203.0.113.7}:quota-week-from-monday-Europe/Paris",
                        "weir:shop:month:{203.0.113.7}:quota-day-%2B02%3A00");
    }

    @Test
    void aPeriodEndsAtItsMidnightToTheMicrosecond() throws Exception {
        at(Instant.parse("2026-03-29T12:00:00Z")); // a day of 23 hours
        Policy day = script("day", of(3, Limit.Period.DAY, "Europe/Paris"));
        assertThat(admitted(day)).isEqualTo(3);
        assertThat(peek(store, day, ADA))
                .containsExactly(
                        new LimitState("wire", 3, Duration.ofHours(23), 0, Duration.ofHours(10)));
        Instant midnight = Instant.parse("2026-03-29T22:00:00Z");
        at(midnight.minus(1, ChronoUnit.MICROS));
        assertThat(waitFor(day)).isEqualTo(Duration.of(1, ChronoUnit.MICROS));
        at(midnight);
        assertThat(admitted(day)).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(longs = {-3_000, 3_000, -40_000_000, 3_000_000_000L, -1_700_000_000_000L})
    void theClockOfANodeDecidesNothing(long off) throws Exception {
        for (Instant time : List.of(DECEMBER.minusSeconds(2), DECEMBER)) {
            redisAt(time);
            WALL_CLOCK.set(time.toEpochMilli() + off);
            assertThat(admitted(month)).isEqualTo(3);
            Instant end = time.equals(DECEMBER) ? JANUARY : DECEMBER;
            assertThat(waitFor(month)).isEqualTo(Duration.between(time, end));
            LimitState state = peek(store, month, ADA).get(0);
            assertThat(state.window()).isEqualTo(Duration.ofDays(time.equals(DECEMBER) ? 31 : 30));
        }
    }

    @Test
    void aClockOfRedisThatIsPutBackGivesNothingTwice() throws Exception {
        at(DECEMBER.plusSeconds(5));
        assertThat(admitted(month)).isEqualTo(3);
        at(DECEMBER.minusSeconds(2));
        assertThat(admitted(month)).isZero();
        assertThat(waitFor(month)).isEqualTo(Duration.ofDays(31).plusSeconds(2));
        at(JANUARY.minusSeconds(1));
        assertThat(admitted(month)).isZero();
        at(JANUARY);
        assertThat(admitted(month)).isEqualTo(3);
    }

    @Test
    void aClockOfRedisThatWasYearsAheadLocksNobodyOutPastTheNextPeriod() throws Exception {
        at(Instant.parse("2036-06-01T00:00:00Z"));
        assertThat(admitted(month)).isEqualTo(3);
        at(NOVEMBER);
        assertThat(waitFor(month)).isEqualTo(Duration.between(NOVEMBER, JANUARY));
        long left = Duration.between(NOVEMBER, JANUARY).toMillis();
        assertThat(client.pttl(NAME)).isBetween(left - 60_000, left + 1);
        at(JANUARY.minusSeconds(1));
        assertThat(admitted(month)).isZero();
        at(JANUARY);
        assertThat(admitted(month)).isEqualTo(3);
    }

    @Test
    void allLimitsAdmitOrNoneCounts() throws Exception {
        Policy both =
                script(
                        "both",
                        new Limit.TokenBucket(1, Duration.ofHours(1), 2),
                        of(5, Limit.Period.MONTH, "UTC"),
                        new Limit.SlidingWindow(4, Duration.ofHours(1)));
        assertThat(take(both, 2)).isInstanceOf(Admitted.class);
        assertThat(take(both, 1)).isInstanceOf(Refused.class);
        assertThat(peek(store, both, ADA))
                .extracting(LimitState::remaining)
                .containsExactly(0L, 3L, 2L);
        at(NOVEMBER.plus(Duration.ofHours(2)));
        assertThat(take(both, 2)).isInstanceOf(Admitted.class);
        at(NOVEMBER.plus(Duration.ofHours(4)));
        assertThat(((Refused) take(both, 2)).violated()).containsExactly("wire-month");
    }

    @Test
    void aChangedNumberKeepsWhatIsUsed() throws Exception {
        assertThat(admitted(month)).isEqualTo(3);
        assertThat(admitted(month(5))).isEqualTo(2);
        assertThat(admitted(month(4))).isZero();
        assertThat(peek(store, month(4), ADA).get(0).remaining()).isZero();
    }

    @Test
    void whatIsGivenBackIsOfItsPeriodAndOfItsCount() throws Exception {
        Policy back = givingBack("month", of(3, Limit.Period.MONTH, "UTC"));
        Outcome first = acquire(store, back, ADA, 2);
        Outcome second = acquire(store, back, ADA, 1);
        WALL_CLOCK.addAndGet(-1_000_000_000_000L);
        second.receipt().giveBack();
        assertThat(peek(store, back, ADA).get(0).remaining()).isEqualTo(1);
        assertThat(client.pttl(NAME)).isPositive();
        at(DECEMBER);
        take(back, 2);
        first.receipt().giveBack(); // of November
        assertThat(peek(store, back, ADA).get(0).remaining()).isEqualTo(1);
        Outcome third = acquire(store, back, ADA, 1);
        client.del(NAME); // another count begins
        redisAt(DECEMBER.plusSeconds(1));
        take(back, 2);
        third.receipt().giveBack();
        assertThat(peek(store, back, ADA).get(0).remaining()).isEqualTo(1);
        Outcome all = acquire(store, back, ADA, 1);
        all.receipt().giveBack();
        assertThat(peek(store, back, ADA).get(0).remaining()).isEqualTo(1);
    }

    @Test
    void whatANodeHasAdmittedAloneCountsInItsPeriodOnly() throws Exception {
        Policy ten = month(10);
        long november = Instant.parse("2026-11-01T00:00:00Z").getEpochSecond();
        take(ten, 1);
        Debt untold = new Debt.Counted(november, 2, 2);
        assertThat(remaining(ten, untold)).isEqualTo(10 - 1 - 2 - 1);
        Debt of = new Debt.Counted(DECEMBER.getEpochSecond(), 5, 5);
        assertThat(remaining(ten, of)).isEqualTo(5);
        // All that it knows of is a lower bound: so what Redis has lost is there again.
        client.del(NAME);
        assertThat(remaining(ten, new Debt.Counted(november, 0, 6))).isEqualTo(3);
        assertThat(remaining(ten, new Debt.Counted(november, 0, 6))).isEqualTo(2);
        at(DECEMBER);
        assertThat(remaining(ten, new Debt.Counted(november, 4, 9))).isEqualTo(9);
    }

    private static long remaining(Policy policy, Debt debt) throws StoreUnavailableException {
        Decision decision =
                store.take(policy, ADA, 1, List.of(debt), LONG_DEADLINE.toNanos()).decision();
        return decision.limits().get(0).remaining();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "1:2", "1793491200:-1:5", "1793491200:1e9:5", "::"})
    void aStrangeKeyIsMended(String content) throws Exception {
        client.set(NAME, content);
        assertThat(admitted(month)).isEqualTo(3);
        client.del(NAME);
        client.rpush(NAME, content);
        assertThat(admitted(month)).isEqualTo(3);
        assertThat(client.pttl(NAME)).isPositive();
    }

    @Test
    void aResetDeletesItsKey() throws Exception {
        assertThat(admitted(month)).isEqualTo(3);
        store.reset(month, ADA);
        assertThat(client.exists(NAME)).isFalse();
        assertThat(admitted(month)).isEqualTo(3);
    }
}
