package io.weir.internal.count;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.Decision;
import io.weir.Key;
import io.weir.Limit;
import io.weir.LimitState;
import io.weir.Policy;
import io.weir.testing.Policies;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The arithmetic against a naive list of times, at any origin of the clock. */
class UsageTest {

    /** A usage that changes, by the same calls at each rate. */
    private static final class Counted {
        private final Limits limits;
        private @Nullable Account account;
        private long orders;

        Counted(Rate rate) {
            limits = limits(rate);
        }

        private static Limits limits(Rate rate) {
            Duration window = Duration.ofNanos(rate.window);
            return new Limits(
                    Policy.of(
                            "p",
                            rate.bucket
                                    ? new Limit.TokenBucket(rate.permits, window, rate.capacity)
                                    : new Limit.SlidingWindow(rate.permits, window)),
                    SetTicker.calendar());
        }

        private Account account(long now) {
            if (account == null) {
                account = Account.of(limits.unused(now));
            }
            return account;
        }

        private Usage by(Rate rate, long now) {
            return limits(rate).carriedOver(account(now).used(), now);
        }

        long waitFor(Rate rate, long cost, long now) {
            return by(rate, now).waitFor(cost, now);
        }

        void take(Rate rate, long cost, long now) {
            account = account(now).take(limits, cost, now);
        }

        long takeOpen(long cost, long now) {
            account = account(now).take(limits, cost, now, ++orders);
            return orders;
        }

        void giveBack(long order, long now) {
            account = account(now).giveBack(order, now);
        }

        long remaining(Rate rate, long now) {
            return by(rate, now).remaining(now);
        }

        long untilNext(Rate rate, long now) {
            return by(rate, now).untilNext(now);
        }

        boolean isUnused(Rate rate, long now) {
            return by(rate, now).isUnused(now);
        }
    }

    /** A request some time after the one before. */
    record Step(long pause, long cost) {}

    @Provide
    Arbitrary<Limit> limits() {
        Arbitrary<Long> permits = Arbitraries.longs().between(1, 12);
        Arbitrary<Duration> windows =
                Arbitraries.of(1L, 7L, 1_000L, 60_000L, 86_400_000L).map(Duration::ofMillis);
        return Arbitraries.oneOf(
                Combinators.combine(permits, windows).as(Limit.SlidingWindow::new),
                Combinators.combine(permits, windows, permits).as(Limit.TokenBucket::new));
    }

    /** Origins are hostile: random, about to overflow, about to cross zero. */
    @Provide
    Arbitrary<Long> origins() {
        return Arbitraries.oneOf(
                Arbitraries.longs(),
                Arbitraries.longs().between(Long.MAX_VALUE - 100_000_000_000L, Long.MAX_VALUE),
                Arbitraries.longs().between(-100_000_000_000L, 0));
    }

    @Provide
    Arbitrary<List<Step>> traces() {
        Arbitrary<Long> pauses =
                Arbitraries.oneOf(
                        Arbitraries.longs().between(0, 2_000_000),
                        Arbitraries.longs().between(0, 20_000_000_000L),
                        Arbitraries.longs().between(0, 200_000_000_000_000L),
                        Arbitraries.just(0L));
        return Combinators.combine(pauses, Arbitraries.longs().between(1, 4))
                .as(Step::new)
                .list()
                .ofMaxSize(60);
    }

    @Property
    void aNaiveListOfTimesAgrees(
            @ForAll("limits") Limit limit,
            @ForAll("origins") long origin,
            @ForAll("traces") List<Step> trace) {
        Rate rate = Rate.of(limit, SetTicker.calendar());
        Counted usage = new Counted(rate);
        NaiveLimit naive = new NaiveLimit(limit);
        long now = 0;
        for (Step step : trace) {
            now += step.pause();
            long cost = Math.min(step.cost(), limit.capacity());
            long wait = usage.waitFor(rate, cost, origin + now);
            assertThat(wait == 0).as("at %s", now).isEqualTo(naive.admits(cost, now));
            if (wait == 0) {
                usage.take(rate, cost, origin + now);
                naive.take(cost, now);
            }
            long left = usage.remaining(rate, origin + now);
            assertThat(left == 0 || naive.admits(left, now)).isTrue();
            assertThat(left < limit.capacity() && naive.admits(left + 1, now)).isFalse();
        }
    }

    /**
     * Of which a bucket may lie in its entry; looking, sweeping and other versions change nothing.
     */
    @Property
    void soDoesAStoreThatCountsAlone(
            @ForAll("limits") Limit limit,
            @ForAll("origins") long origin,
            @ForAll("traces") List<Step> trace,
            @ForAll @IntRange(min = 1, max = 60) int changedAt) {
        SetTicker ticker = new SetTicker(origin);
        CountingStore store = new CountingStore(10, ticker, () -> {});
        Policy policy = Policies.named("p").limits(limit).policy();
        NaiveLimit naive = new NaiveLimit(limit);
        Key key = Key.ofClient("203.0.113.7");
        long now = 0;
        int steps = 0;
        for (Step step : trace) {
            now += step.pause();
            ticker.advance(step.pause());
            if (++steps == changedAt) {
                policy = Policies.named("p").limits(limit).policy();
            }
            store.sweep();
            long cost = Math.min(step.cost(), limit.capacity());
            Decision decision = store.tryAcquire(policy, key, cost, store.budget()).decision();
            assertThat(decision instanceof Decision.Admitted)
                    .as("at %s", now)
                    .isEqualTo(naive.admits(cost, now));
            List<LimitState> known = decision.limits();
            if (decision instanceof Decision.Refused refused) {
                long wait = refused.retryAfter().toNanos();
                assertThat(naive.admits(cost, now + wait - 1)).isFalse();
                assertThat(naive.admits(cost, now + wait)).isTrue();
                assertThat(refused.violated()).containsExactly(policy.limitName(0));
            } else {
                naive.take(cost, now);
            }
            assertThat(store.peek(policy, key)).isEqualTo(known);
            long left = known.get(0).remaining();
            assertThat(left == 0 || naive.admits(left, now)).isTrue();
            assertThat(left < limit.capacity() && naive.admits(left + 1, now)).isFalse();
        }
    }

    @Property
    void refusedAtEveryInstantBeforeTheWaitAndAdmittedAtIt(
            @ForAll("limits") Limit limit,
            @ForAll("origins") long origin,
            @ForAll("traces") List<Step> trace) {
        Rate rate = Rate.of(limit, SetTicker.calendar());
        Counted usage = new Counted(rate);
        long now = origin;
        for (Step step : trace) {
            now += step.pause();
            long cost = Math.min(step.cost(), limit.capacity());
            long wait = usage.waitFor(rate, cost, now);
            if (wait == 0) {
                usage.take(rate, cost, now);
            } else {
                assertThat(wait).isBetween(1L, limit.fullAfter().toNanos());
                assertThat(usage.waitFor(rate, cost, now + wait / 2)).isEqualTo(wait - wait / 2);
                assertThat(usage.waitFor(rate, cost, now + wait - 1)).isEqualTo(1);
                now += wait;
                assertThat(usage.waitFor(rate, cost, now)).isZero();
            }
        }
    }

    @Property
    void theNextPermitComesWhenItIsSaidToCome(
            @ForAll("limits") Limit limit,
            @ForAll("origins") long origin,
            @ForAll("traces") List<Step> trace) {
        Rate rate = Rate.of(limit, SetTicker.calendar());
        Counted usage = new Counted(rate);
        long now = origin;
        for (Step step : trace) {
            now += step.pause();
            long cost = Math.min(step.cost(), limit.capacity());
            if (usage.waitFor(rate, cost, now) == 0) {
                usage.take(rate, cost, now);
            }
            long left = usage.remaining(rate, now);
            long next = usage.untilNext(rate, now);
            assertThat(next == 0).isEqualTo(usage.isUnused(rate, now));
            if (next > 0) {
                assertThat(usage.remaining(rate, now + next - 1)).isEqualTo(left);
                now += next;
                assertThat(usage.remaining(rate, now)).isGreaterThan(left);
            }
        }
    }

    @Property
    void neverMoreThanPermittedInAnyWindow(
            @ForAll("limits") Limit limit,
            @ForAll("origins") long origin,
            @ForAll("traces") List<Step> trace) {
        Rate rate = Rate.of(limit, SetTicker.calendar());
        Counted usage = new Counted(rate);
        NaiveLimit admitted = new NaiveLimit(limit);
        long now = 0;
        for (Step step : trace) {
            now += step.pause();
            while (usage.waitFor(rate, 1, origin + now) == 0) {
                usage.take(rate, 1, origin + now);
                admitted.take(1, now);
            }
        }
        long window = limit.window().toNanos();
        long most =
                limit instanceof Limit.TokenBucket b ? b.burst() + b.permits() : limit.permits();
        for (long start : admitted.taken()) {
            assertThat(admitted.taken().stream().filter(t -> t >= start && t - start < window))
                    .hasSizeLessThanOrEqualTo((int) most);
        }
    }

    @Property
    void givingBackIsAsIfItHadNeverBeenTaken(
            @ForAll("limits") Limit limit,
            @ForAll("origins") long origin,
            @ForAll("traces") List<Step> trace) {
        Rate rate = Rate.of(limit, SetTicker.calendar());
        Counted usage = new Counted(rate);
        Counted without = new Counted(rate);
        long now = origin;
        for (Step step : trace) {
            now += step.pause();
            long cost = Math.min(step.cost(), limit.capacity());
            if (usage.waitFor(rate, cost, now) == 0) {
                long order = usage.takeOpen(cost, now);
                usage.giveBack(order, now);
            }
            assertThat(usage.remaining(rate, now)).isEqualTo(without.remaining(rate, now));
            if (without.waitFor(rate, 1, now) == 0) {
                without.take(rate, 1, now);
                usage.take(rate, 1, now);
            }
            assertThat(usage.untilNext(rate, now)).isEqualTo(without.untilNext(rate, now));
        }
    }

    @Test
    void whatHasComeBackByItselfIsNotGivenBackAgain() {
        for (Limit limit :
                List.of(
                        new Limit.SlidingWindow(2, Duration.ofSeconds(10)),
                        new Limit.TokenBucket(2, Duration.ofSeconds(10), 2))) {
            Rate rate = Rate.of(limit, SetTicker.calendar());
            Counted usage = new Counted(rate);
            long order = usage.takeOpen(1, 0);
            long later = Duration.ofSeconds(11).toNanos();
            usage.take(rate, 2, later);
            usage.giveBack(order, later);
            assertThat(usage.remaining(rate, later)).as("%s", limit).isZero();
        }
    }

    @Test
    void aChangedNumberOfPermitsKeepsThePermitsUsed() {
        Duration minute = Duration.ofMinutes(1);
        Rate ten = Rate.of(new Limit.SlidingWindow(10, minute), SetTicker.calendar());
        Rate four = Rate.of(new Limit.SlidingWindow(4, minute), SetTicker.calendar());
        Counted log = new Counted(ten);
        for (int i = 0; i < 6; i++) {
            log.take(ten, 1, i);
        }
        assertThat(log.remaining(ten, 6)).isEqualTo(4);
        assertThat(log.remaining(four, 6)).isZero();
        assertThat(log.waitFor(four, 1, 6)).isEqualTo(minute.toNanos() + 2 - 6);

        Rate burstTen = Rate.of(new Limit.TokenBucket(60, minute, 10), SetTicker.calendar());
        Rate burstFour = Rate.of(new Limit.TokenBucket(60, minute, 4), SetTicker.calendar());
        Counted bucket = new Counted(burstTen);
        bucket.take(burstTen, 6, 0);
        assertThat(bucket.remaining(burstTen, 0)).isEqualTo(4);
        Rate burstEight = Rate.of(new Limit.TokenBucket(60, minute, 8), SetTicker.calendar());
        assertThat(bucket.remaining(burstEight, 0)).isEqualTo(2);
        assertThat(bucket.remaining(burstFour, 0)).isZero();
        assertThat(bucket.waitFor(burstFour, 4, 0))
                .as("what is used stays used: a level above the burst is not cut")
                .isEqualTo(Duration.ofSeconds(6).toNanos());
    }

    @Test
    void aClockThatStepsBackNeitherFreesNorLocksAnybody() {
        Rate rate =
                Rate.of(new Limit.SlidingWindow(1, Duration.ofSeconds(1)), SetTicker.calendar());
        Counted log = new Counted(rate);
        log.take(rate, 1, 5_000_000_000L);
        assertThat(log.waitFor(rate, 1, 0)).isEqualTo(1_000_000_000L);

        Rate bucketRate =
                Rate.of(new Limit.TokenBucket(1, Duration.ofSeconds(1), 1), SetTicker.calendar());
        Counted bucket = new Counted(bucketRate);
        bucket.take(bucketRate, 1, 5_000_000_000L);
        assertThat(bucket.waitFor(bucketRate, 1, 0)).isEqualTo(1_000_000_000L);
    }

    @Test
    void aWindowThatDoesNotDivideLosesNothing() {
        Rate rate =
                Rate.of(new Limit.TokenBucket(3, Duration.ofSeconds(1), 1), SetTicker.calendar());
        Counted bucket = new Counted(rate);
        long now = 0;
        for (int i = 0; i < 3_000; i++) {
            now += bucket.waitFor(rate, 1, now);
            bucket.take(rate, 1, now);
        }
        // 2,999 refills at a third of a second each, rounded up once for each wait at most
        assertThat(now).isBetween(999_666_666_666L, 999_666_666_667L + 3_000);
    }

    /** What others have admitted is counted, however much it is, and stays so. */
    @Test
    void moreThanTheLimitCanBeCounted() {
        for (Limit limit :
                List.of(
                        new Limit.SlidingWindow(2, Duration.ofHours(1)),
                        new Limit.TokenBucket(2, Duration.ofHours(1), 2),
                        new Limit.TokenBucket(1_000, Duration.ofDays(1), 100_000))) {
            Rate rate = Rate.of(limit, SetTicker.calendar());
            Counted usage = new Counted(rate);
            usage.take(rate, limit.capacity(), 0);
            usage.take(rate, limit.capacity(), 1_000_000);
            for (long now : new long[] {1_000_000, 2_000_000}) {
                assertThat(usage.remaining(rate, now)).isZero();
                assertThat(usage.waitFor(rate, 1, now))
                        .isGreaterThan(limit.fullAfter().toNanos() / 2 - 2_000_000);
            }
        }
    }

    /** Past a thousand moments neighbours are one: never more than the limit, a little later. */
    @Test
    void manyMomentsTakeBoundedMemory() {
        Limit limit = new Limit.SlidingWindow(10_000, Duration.ofDays(1));
        Rate rate = Rate.of(limit, SetTicker.calendar());
        Counted usage = new Counted(rate);
        long step = Duration.ofDays(1).toNanos() / 10_000;
        long origin = Long.MAX_VALUE - 5_000 * step; // over the overflow
        for (int i = 0; i < 10_000; i++) {
            assertThat(usage.waitFor(rate, 1, origin + i * step)).isZero();
            usage.take(rate, 1, origin + i * step);
            assertThat(usage.by(rate, origin + i * step).weight())
                    .isLessThanOrEqualTo(SlidingLog.MOST_RUNS / SlidingLog.CHUNK + 1);
        }
        long now = origin + 9_999 * step;
        assertThat(usage.remaining(rate, now)).isZero();
        long wait = usage.waitFor(rate, 1, now);
        assertThat(wait).isBetween(step, step + Duration.ofDays(1).toNanos() / SlidingLog.PARTS);
        assertThat(usage.waitFor(rate, 1, now + wait - 1)).isEqualTo(1);
        assertThat(usage.waitFor(rate, 1, now + wait)).isZero();
    }

    @Test
    void permitsOfOneMomentAreOneRun() {
        Rate rate =
                Rate.of(
                        new Limit.SlidingWindow(200_000, Duration.ofMinutes(1)),
                        SetTicker.calendar());
        Counted usage = new Counted(rate);
        for (int i = 0; i < 50; i++) {
            usage.take(rate, 4_000, i);
        }
        assertThat(usage.remaining(rate, 50)).isZero();
        assertThat(usage.by(rate, 50).weight()).isLessThanOrEqualTo(50 / SlidingLog.CHUNK + 1);
        assertThat(usage.waitFor(rate, 4_001, 50)).isEqualTo(60_000_000_000L - 49);
    }
}
