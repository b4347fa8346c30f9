package io.weir.internal.count;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.Decision;
import io.weir.Key;
import io.weir.Limit;
import io.weir.Limit.CalendarQuota;
import io.weir.LimitState;
import io.weir.Policy;
import io.weir.testing.Policies;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

/** Calendar quotas in memory, by a clock on the wall that is set, put forward and put back. */
class QuotaTest {

    private static final Key ADA = Key.ofClient("203.0.113.7");
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Instant NOVEMBER = Instant.parse("2026-11-28T18:00:00Z");

    private final SetTicker ticker = SetTicker.anywhere();
    private final CountingStore store = new CountingStore(100, ticker, () -> {});
    private final Policy month = month(3);

    private static CalendarQuota of(long permits, Limit.Period period, String zone) {
        return new CalendarQuota(permits, period, ZoneId.of(zone));
    }

    private static Policy month(long permits) {
        return Policy.of("month", of(permits, Limit.Period.MONTH, "UTC"));
    }

    private void date(String date) {
        date(Instant.parse(date));
    }

    /** A second later, so that the clock is read again. */
    private void date(Instant date) {
        ticker.setDate(date.minusSeconds(1));
        ticker.advance(1_000_000_000);
    }

    private Decision take(Policy policy, long cost) {
        return store.tryAcquire(policy, ADA, cost).decision();
    }

    private int admitted(Policy policy) {
        int admitted = 0;
        while (take(policy, 1) instanceof Decision.Admitted) {
            admitted++;
        }
        return admitted;
    }

    private Duration waitFor(Policy policy) {
        return ((Decision.Refused) take(policy, 1)).retryAfter();
    }

    @Test
    void aNewPeriodBeginsAtItsMidnightToTheNanosecond() {
        date("2026-10-24T20:00:00Z"); // of a day that has 25 hours in Paris, from 22:00
        Policy day = Policy.of("day", of(3, Limit.Period.DAY, "Europe/Paris"));
        assertThat(admitted(day)).isEqualTo(3);
        assertThat(waitFor(day)).isEqualTo(HOUR.multipliedBy(2));
        assertThat(store.peek(day, ADA).get(0).window()).isEqualTo(HOUR.multipliedBy(24));
        ticker.advance(HOUR.multipliedBy(2).toNanos() - 1);
        assertThat(waitFor(day)).isEqualTo(Duration.ofNanos(1));
        ticker.advance(1);
        assertThat(admitted(day)).isEqualTo(3);
        assertThat(waitFor(day)).isEqualTo(HOUR.multipliedBy(25));
        LimitState state = store.peek(day, ADA).get(0);
        assertThat(state)
                .isEqualTo(
                        new LimitState("day", 3, HOUR.multipliedBy(25), 0, HOUR.multipliedBy(25)));
    }

    @Test
    void twiceAsManyAreAdmittedAroundTheEndOfAPeriodAndNoMore() {
        date("2026-11-30T23:59:59Z");
        assertThat(admitted(month)).isEqualTo(3);
        ticker.advance(1_000_000_000);
        assertThat(admitted(month)).isEqualTo(3);
        date("2026-12-31T23:59:59.999999999Z");
        assertThat(admitted(month)).isZero();
    }

    @Test
    void besideAWindowAndABucketAllAdmitOrNoneCounts() {
        date(NOVEMBER);
        Policy policy =
                Policy.of(
                        "orders",
                        new Limit.SlidingWindow(2, Duration.ofSeconds(1)),
                        new Limit.TokenBucket(100, HOUR, 50),
                        of(5, Limit.Period.MONTH, "UTC"));
        assertThat(admitted(policy)).isEqualTo(2);
        ticker.advance(1_000_000_000);
        assertThat(admitted(policy)).isEqualTo(2);
        ticker.advance(1_000_000_000);
        assertThat(admitted(policy)).isEqualTo(1);
        Decision.Refused refused = (Decision.Refused) take(policy, 1);
        assertThat(refused.violated()).containsExactly("orders-month");
        assertThat(refused.limits())
                .extracting(LimitState::name)
                .containsExactly("orders-1s", "orders-3600s-burst", "orders-month");
        assertThat(refused.limits().get(0).remaining()).isEqualTo(1);
        assertThat(refused.limits().get(2).window()).isEqualTo(Duration.ofDays(30));
    }

    @Test
    void aChangedNumberKeepsWhatIsUsedAndAnotherZoneBegins() {
        date(NOVEMBER);
        assertThat(admitted(month)).isEqualTo(3);
        assertThat(admitted(month(5))).isEqualTo(2);
        assertThat(admitted(month(4))).isZero();
        assertThat(admitted(Policy.of("month", of(5, Limit.Period.MONTH, "Europe/Paris"))))
                .isEqualTo(5);
    }

    @Test
    void whatIsGivenBackCanBeTakenAgainInItsPeriodAndInNoOther() {
        Policy back = Policies.like(month).givesBack(true).policy();
        date("2026-11-30T23:59:00Z");
        Outcome first = store.tryAcquire(back, ADA, 2);
        Outcome second = store.tryAcquire(back, ADA, 1);
        second.receipt().giveBack();
        assertThat(store.peek(back, ADA).get(0).remaining()).isEqualTo(1);
        date("2026-12-01T00:00:00Z");
        assertThat(take(back, 3)).isInstanceOf(Decision.Admitted.class);
        first.receipt().giveBack();
        assertThat(take(back, 1)).isInstanceOf(Decision.Refused.class);
    }

    @Test
    void aResetForgets() throws Exception {
        date(NOVEMBER);
        assertThat(admitted(month)).isEqualTo(3);
        store.reset(month, ADA);
        assertThat(store.peek(month, ADA).get(0).untilNext()).isZero();
        assertThat(admitted(month)).isEqualTo(3);
    }

    @Test
    void aKeyIsForgottenWhenItsPeriodHasEnded() {
        date(NOVEMBER);
        take(month, 1);
        store.sweep();
        assertThat(store.size()).isEqualTo(1);
        date("2026-12-01T00:00:00Z");
        store.sweep();
        assertThat(store.size()).isZero();
    }

    @Test
    void aClockThatIsPutBackGivesNothingTwice() {
        date("2026-12-01T00:00:05Z");
        assertThat(admitted(month)).isEqualTo(3);
        date("2026-11-30T23:59:58Z");
        assertThat(admitted(month)).isZero();
        assertThat(waitFor(month)).isEqualTo(Duration.ofDays(31).plusSeconds(2));
        date("2026-12-01T00:00:00Z");
        assertThat(admitted(month)).isZero();
        date("2026-12-31T23:59:59Z");
        assertThat(admitted(month)).isZero();
        date("2027-01-01T00:00:00Z");
        assertThat(admitted(month)).isEqualTo(3);
    }

    @Test
    void aClockThatWasYearsAheadLocksNobodyOutForLongerThanAPeriodLasts() {
        date(NOVEMBER);
        assertThat(admitted(month)).isEqualTo(3);
        date("2036-06-01T00:00:00Z");
        assertThat(admitted(month)).isEqualTo(3);
        date(NOVEMBER);
        assertThat(admitted(month)).isZero();
        assertThat(waitFor(month)).isEqualTo(Duration.ofDays(32).minusSeconds(1));
        ticker.advance(Duration.ofDays(32).minusSeconds(1).toNanos() - 1);
        assertThat(admitted(month)).isZero();
        ticker.advance(1);
        assertThat(admitted(month)).isEqualTo(3);
    }

    @Test
    void aClockThatWasYearsBehindIsBelievedWhenItIsPutRight() {
        date("1970-01-01T00:00:10Z");
        assertThat(admitted(month)).isEqualTo(3);
        date(NOVEMBER);
        assertThat(admitted(month)).isEqualTo(3);
        assertThat(waitFor(month))
                .isEqualTo(Duration.between(NOVEMBER, Instant.parse("2026-12-01T00:00:00Z")));
    }

    /** A call some time after the one before. */
    record Step(Duration pause, long cost) {}

    @Provide
    Arbitrary<CalendarQuota> quotas() {
        return Combinators.combine(
                        Arbitraries.longs().between(1, 12),
                        Arbitraries.of(Limit.Period.values()),
                        Arbitraries.of(ZoneId.getAvailableZoneIds()).map(ZoneId::of))
                .as(CalendarQuota::new);
    }

    @Provide
    Arbitrary<List<Step>> traces() {
        Arbitrary<Duration> pauses =
                Arbitraries.oneOf(
                        Arbitraries.just(Duration.ZERO),
                        Arbitraries.longs().between(1, 90_000).map(Duration::ofSeconds),
                        Arbitraries.longs().between(1, 40).map(Duration::ofDays));
        return Combinators.combine(pauses, Arbitraries.longs().between(1, 4))
                .as(Step::new)
                .list()
                .ofMaxSize(60);
    }

    @Property
    void noPeriodHasMoreThanTheQuotaAndAWaitIsExact(
            @ForAll("quotas") CalendarQuota quota, @ForAll("traces") List<Step> trace) {
        Policy policy = Policy.of("p", quota);
        CountingStore fresh = new CountingStore(100, ticker, () -> {});
        Map<Long, Long> used = new HashMap<>();
        for (Step step : trace) {
            ticker.advance(step.pause.toNanos());
            Instant now = ticker.date();
            Period is = Period.at(quota, now.getEpochSecond());
            long cost = Math.min(step.cost, quota.permits());
            Decision decision = fresh.tryAcquire(policy, ADA, cost).decision();
            long before = used.getOrDefault(is.begin(), 0L);
            assertThat(decision instanceof Decision.Admitted)
                    .isEqualTo(before + cost <= quota.permits());
            Duration left = Duration.between(now, Instant.ofEpochSecond(is.end()));
            if (decision instanceof Decision.Refused refused) {
                assertThat(refused.retryAfter()).isEqualTo(left);
            } else {
                used.merge(is.begin(), cost, Long::sum);
            }
            assertThat(fresh.peek(policy, ADA))
                    .isEqualTo(decision.limits())
                    .containsExactly(
                            new LimitState(
                                    "p",
                                    quota.permits(),
                                    Duration.ofSeconds(is.end() - is.begin()),
                                    quota.permits() - used.getOrDefault(is.begin(), 0L),
                                    left));
        }
    }

    /** The clock on the wall is wrong from one step to another, by up to ten years. */
    @Property(tries = 3000)
    void aWrongClockGivesNoPeriodTwiceAndNobodyWaitsForLongerThanTwo(
            @ForAll("quotas") CalendarQuota quota,
            @ForAll("traces") List<Step> trace,
            @ForAll @IntRange(min = 0, max = 60) int from,
            @ForAll @IntRange(min = 0, max = 60) int to,
            @ForAll @LongRange(min = -3_650, max = 3_650) long days) {
        Policy policy = Policy.of("p", quota);
        CountingStore fresh = new CountingStore(100, ticker, () -> {});
        date(NOVEMBER);
        Shown shown = new Shown(quota);
        long admitted = 0;
        int i = 0;
        for (Step step : trace) {
            ticker.advance(step.pause.toNanos());
            if (from < to && (i == from || i == to)) {
                date(ticker.date().plus(Duration.ofDays(i == from ? days : -days)));
            }
            i++;
            shown.add();
            long cost = Math.min(step.cost, quota.permits());
            Decision decision = fresh.tryAcquire(policy, ADA, cost).decision();
            if (decision instanceof Decision.Refused refused) {
                assertThat(refused.retryAfter())
                        .isPositive()
                        .isLessThanOrEqualTo(quota.fullAfter().multipliedBy(2));
                if (i % 4 == 0) {
                    ticker.advance(refused.retryAfter().toNanos() - 1);
                    Decision early = fresh.tryAcquire(policy, ADA, cost).decision();
                    assertThat(((Decision.Refused) early).retryAfter())
                            .isEqualTo(Duration.ofNanos(1));
                    ticker.advance(1);
                    shown.add();
                    assertThat(fresh.tryAcquire(policy, ADA, cost).decision())
                            .isInstanceOf(Decision.Admitted.class);
                    admitted += cost;
                    shown.taken();
                }
            } else {
                admitted += cost;
                shown.taken();
            }
            assertThat(admitted).isLessThanOrEqualTo(shown.count() * quota.permits());
        }
    }

    /**
     * Counts the periods that the clock has shown. When a later one is forgotten, since nobody has
     * taken from it for as long as one lasts, those that come again count again.
     */
    private final class Shown {
        private final CalendarQuota quota;
        private final Set<Long> periods = new HashSet<>();
        private long forgotten;
        private long latest = Long.MIN_VALUE;
        private long last;

        Shown(CalendarQuota quota) {
            this.quota = quota;
        }

        private long now() {
            return Period.at(quota, ticker.date().getEpochSecond()).begin();
        }

        void add() {
            long idle = ticker.nanoTime() - last;
            if (latest > now() && idle >= quota.fullAfter().toNanos()) {
                forgotten += periods.size();
                periods.clear();
                latest = now();
            }
            periods.add(now());
        }

        void taken() {
            latest = Math.max(latest, now());
            last = ticker.nanoTime();
        }

        long count() {
            return forgotten + periods.size();
        }
    }
}
