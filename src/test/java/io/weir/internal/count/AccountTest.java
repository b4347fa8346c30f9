package io.weir.internal.count;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.Limit;
import io.weir.Policy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Giving back, interleaved in any way, against a replay that knows what was kept. */
class AccountTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    /**
     * One step.
     *
     * @param pause nanoseconds before it
     * @param cost permits to take; 0: to give back
     * @param which of the open receipts
     */
    record Step(long pause, long cost, int which) {}

    private record Kept(long order, long at, long cost) {}

    @Provide
    Arbitrary<Policy> policies() {
        Arbitrary<Long> permits = Arbitraries.longs().between(1, 12);
        Arbitrary<Duration> windows =
                Arbitraries.of(1L, 7L, 1_000L, 60_000L).map(Duration::ofMillis);
        Arbitrary<Limit> window =
                Combinators.combine(permits, windows).as(Limit.SlidingWindow::new);
        Arbitrary<Limit> bucket =
                Combinators.combine(permits, windows, permits).as(Limit.TokenBucket::new);
        Arbitrary<Limit> longer =
                permits.map(p -> new Limit.SlidingWindow(p, Duration.ofMinutes(2)));
        return Arbitraries.oneOf(
                window.map(w -> Policy.of("p", w)),
                bucket.map(b -> Policy.of("p", b)),
                Combinators.combine(window, bucket).as((w, b) -> Policy.of("p", w, b)),
                Combinators.combine(window, longer).as((w, l) -> Policy.of("p", w, l)));
    }

    @Provide
    Arbitrary<List<Step>> traces() {
        Arbitrary<Long> pauses =
                Arbitraries.oneOf(
                        Arbitraries.longs().between(0, 2_000_000),
                        Arbitraries.longs().between(0, 2_000_000_000L),
                        Arbitraries.just(0L));
        return Combinators.combine(
                        pauses,
                        Arbitraries.longs().between(0, 3),
                        Arbitraries.integers().between(0, 100))
                .as(Step::new)
                .list()
                .ofMaxSize(60);
    }

    @Property(tries = 2_000)
    void whatIsGivenBackIsAsIfItHadNeverBeenTaken(
            @ForAll("policies") Policy policy,
            @ForAll long origin,
            @ForAll("traces") List<Step> trace) {
        Limits limits = new Limits(policy, SetTicker.calendar());
        Account account = Account.of(limits.unused(origin));
        List<Kept> kept = new ArrayList<>();
        List<Kept> open = new ArrayList<>();
        long order = 0;
        long now = 0;
        for (Step step : trace) {
            now += step.pause();
            if (step.cost() == 0 && !open.isEmpty()) {
                Kept back = open.remove(step.which() % open.size());
                kept.remove(back);
                account = account.giveBack(back.order(), origin + now);
            } else if (step.cost() > 0
                    && limits.hasRoom(account.used(), step.cost(), origin + now)) {
                account = account.take(limits, step.cost(), origin + now, ++order);
                kept.add(new Kept(order, now, step.cost()));
                open.add(new Kept(order, now, step.cost()));
            }
            Usage used = account.used();
            for (Limit limit : policy.limits()) {
                NaiveLimit truth = new NaiveLimit(limit);
                kept.forEach(k -> truth.take(k.cost(), k.at()));
                assertThat(used).isNotNull();
                long left = used.remaining(origin + now);
                assertThat(left == 0 || truth.admits(left, now)).as("not too much").isTrue();
                assertThat(left < limit.capacity() && truth.admits(left + 1, now))
                        .as("not too little")
                        .isFalse();
                used = used.next == null ? used : used.next;
            }
        }
    }

    @Test
    void permitsThatHaveFlownOffAreNotGivenBack() {
        Limits limits =
                new Limits(
                        Policy.of("p", new Limit.TokenBucket(1, SECOND, 10)), SetTicker.calendar());
        Account account = Account.of(limits.unused(0));
        for (int i = 0; i < 10; i++) {
            account = account.take(limits, 1, 0, i);
        }
        for (int i = 0; i < 5; i++) {
            account = account.giveBack(i, 0);
        }
        long later = 5 * SECOND.toNanos();
        for (int i = 10; i < 20; i++) {
            assertThat(limits.hasRoom(account.used(), 1, later)).isTrue();
            account = account.take(limits, 1, later, i);
        }
        for (int i = 5; i < 10; i++) {
            account = account.giveBack(i, later);
        }
        assertThat(account.used().remaining(later)).as("ten failures are kept").isZero();
    }

    /** {@code 1/s burst 2}: to look at each receipt by itself would keep three. */
    @Test
    void oneReceiptKnowsOfAnother() {
        Limits limits =
                new Limits(
                        Policy.of("p", new Limit.TokenBucket(1, SECOND, 2)), SetTicker.calendar());
        Account account = Account.of(limits.unused(0));
        account = account.take(limits, 1, 0, 1).take(limits, 1, 0, 2);
        long later = SECOND.toNanos();
        account = account.take(limits, 1, later, 3).giveBack(1, later).giveBack(2, later);
        assertThat(account.used().remaining(later)).isEqualTo(1);
    }

    @Test
    void receiptsPastTheBoundGiveNothingBack() {
        int most = Account.MOST_OPEN;
        Limits limits =
                new Limits(
                        Policy.of("p", new Limit.TokenBucket(1, SECOND, most + 1)),
                        SetTicker.calendar());
        Account account = Account.of(limits.unused(0));
        for (int i = 0; i <= most; i++) {
            account = account.take(limits, 1, 0, i);
        }
        assertThat(account.giveBack(most, 0).used().remaining(0)).isZero();
        assertThat(account.giveBack(most - 1, 0).used().remaining(0)).isEqualTo(1);
    }

    @Test
    void whatIsKeptTakesNoMemoryForEver() {
        for (Policy policy :
                List.of(
                        Policy.of("p", new Limit.SlidingWindow(10, SECOND)),
                        Policy.of("p", new Limit.TokenBucket(10, SECOND, 10)))) {
            Limits limits = new Limits(policy, SetTicker.calendar());
            Account account = Account.of(limits.unused(0));
            long now = 0;
            for (int i = 0; i < 5 * Account.MOST_OPEN; i++) { // nobody says what becomes of them
                now += SECOND.toNanos() / 10;
                account = account.take(limits, 1, now, i);
                assertThat(account.weight()).isLessThan(5);
            }
            long last = 5L * Account.MOST_OPEN - 1;
            long left = account.used().remaining(now);
            assertThat(account.giveBack(last, now).used().remaining(now)).isEqualTo(left + 1);
            assertThat(account.keep(last).giveBack(last, now).used().remaining(now))
                    .isEqualTo(left);
            assertThat(account.isUnused(now + SECOND.toNanos())).isTrue();
        }
    }
}
