package io.weir.internal.count;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.CountWhen;
import io.weir.DecidedBy;
import io.weir.Decision;
import io.weir.Engine;
import io.weir.Key;
import io.weir.Limit;
import io.weir.Policy;
import io.weir.testing.Policies;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Costs that are known afterwards, in memory, and with counts that others share. */
class SettlingTest {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Key ADA = Key.ofClient("203.0.113.7");

    private final SetTicker ticker = SetTicker.anywhere();
    private final CountingStore alone = new CountingStore(100, ticker, () -> {});
    private final CountingStore remote = new CountingStore(100, ticker, () -> {});
    private final CountedThere there = new CountedThere(remote);
    private final Breaker breaker = new Breaker(ticker, 1, new Silent());
    private final CountingStore node =
            new CountingStore(100, ticker, () -> {}, there, breaker, Duration.ofMillis(50));

    @BeforeEach
    void connected() {
        ticker.setDate(Instant.parse("2026-11-01T00:00:00Z").minusSeconds(1));
        ticker.advance(1_000_000_000);
        beat();
    }

    private boolean beat() {
        return node.probe(
                () -> {
                    if (!there.up) {
                        throw new StoreUnavailableException("cable pulled", null);
                    }
                    return new Heartbeat(1, false, Duration.ZERO);
                });
    }

    private static Policy policy(String name, Limit... limits) {
        return Policies.named(name)
                .limits(limits)
                .countWhen(CountWhen.SETTLED)
                .engine(Engine.SCRIPT)
                .policy();
    }

    private static final Limit WINDOW = new Limit.SlidingWindow(100, HOUR);
    private static final Limit BUCKET = new Limit.TokenBucket(1, HOUR, 100);
    private static final Limit QUOTA =
            new Limit.CalendarQuota(100, Limit.Period.MONTH, ZoneOffset.UTC);

    private static List<Policy> kinds() {
        return kinds(100);
    }

    private static List<Policy> kinds(int permits) {
        Limit window = new Limit.SlidingWindow(permits, HOUR);
        Limit bucket = new Limit.TokenBucket(permits / 100, HOUR, permits);
        Limit quota = new Limit.CalendarQuota(permits, Limit.Period.MONTH, ZoneOffset.UTC);
        return List.of(
                policy("window", window),
                policy("bucket", bucket),
                policy("quota", quota),
                policy("all", window, bucket, quota));
    }

    private static long left(CountingStore store, Policy policy) {
        return store.peekHere(policy, ADA).stream()
                .mapToLong(l -> l.remaining())
                .min()
                .orElseThrow();
    }

    private static Duration waitFor(CountingStore store, Policy policy, long cost) {
        return ((Decision.Refused) store.tryAcquire(policy, ADA, cost).decision()).retryAfter();
    }

    @Test
    void theDifferenceIsGivenBackOrChargedOnce() {
        for (CountingStore store : List.of(alone, node)) {
            for (Policy policy : kinds()) {
                Receipt less = store.tryAcquire(policy, ADA, 60).receipt();
                assertThat(less.settle(20)).isTrue();
                assertThat(left(store, policy)).isEqualTo(80);
                assertThat(less.settle(0)).isFalse();
                less.giveBack();
                less.keep();
                assertThat(left(store, policy)).isEqualTo(80);
                Receipt more = store.tryAcquire(policy, ADA, 10).receipt();
                assertThat(more.settle(30)).isTrue();
                assertThat(more.settle(90)).isFalse();
                assertThat(left(store, policy)).isEqualTo(50);
                store.tryAcquire(policy, ADA, 10).receipt().settle(10);
                store.tryAcquire(policy, ADA, 10).receipt().settle(0);
                assertThat(left(store, policy)).isEqualTo(40);
            }
        }
        for (Policy policy : kinds()) {
            assertThat(left(remote, policy)).isEqualTo(40);
        }
    }

    @Test
    void aDebtIsWaitedForAndIsBounded() {
        for (CountingStore store : List.of(alone, node)) {
            for (Policy policy : kinds()) {
                store.tryAcquire(policy, ADA, 60).receipt().settle(150);
                assertThat(left(store, policy)).isZero();
                assertThat(store.tryAcquire(policy, ADA, 1).decision())
                        .isInstanceOf(Decision.Refused.class);
            }
            assertThat(waitFor(store, policy("window", WINDOW), 1)).isEqualTo(HOUR);
            assertThat(waitFor(store, policy("bucket", BUCKET), 1))
                    .isEqualTo(HOUR.multipliedBy(51));
            assertThat(waitFor(store, policy("quota", QUOTA), 1)).isEqualTo(Duration.ofDays(30));
        }
        Policy large = policy("large", BUCKET);
        List<Receipt> receipts = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            receipts.add(alone.tryAcquire(large, ADA, 10).receipt());
        }
        receipts.forEach(receipt -> receipt.settle(Long.MAX_VALUE));
        assertThat(waitFor(alone, large, 1)).isEqualTo(HOUR.multipliedBy(101));
        assertThat(waitFor(alone, large, 100)).isEqualTo(HOUR.multipliedBy(200));
    }

    @Test
    void aResetForgetsWhatIsStillToBeSettled() throws Exception {
        for (Policy policy : kinds()) {
            Receipt open = node.tryAcquire(policy, ADA, 60).receipt();
            node.reset(policy, ADA);
            assertThat(open.settle(90)).isTrue();
            assertThat(left(node, policy)).isEqualTo(100);
            assertThat(left(remote, policy)).isEqualTo(100);
        }
    }

    /** A reservation ends after an hour: else those that nobody settles are kept for a month. */
    @Test
    void whatNobodySettlesLeavesRoomForOthers() {
        Policy month =
                policy("month", new Limit.CalendarQuota(9_000, Limit.Period.MONTH, ZoneOffset.UTC));
        for (int i = 0; i < Account.MOST_OPEN; i++) {
            alone.tryAcquire(month, ADA, 1);
        }
        alone.tryAcquire(month, ADA, 10).receipt().settle(3);
        assertThat(left(alone, month)).as("as many are open as may be").isEqualTo(7_990);
        ticker.advance(HOUR.toNanos() + 1);
        alone.tryAcquire(month, ADA, 10).receipt().settle(3);
        assertThat(left(alone, month)).isEqualTo(7_987);
    }

    @Test
    void whatCouldNotBeToldIsToldWithTheNextCall() {
        for (Policy policy : kinds()) {
            Receipt more = node.tryAcquire(policy, ADA, 10).receipt();
            Receipt other = node.tryAcquire(policy, ADA, 10).receipt();
            there.up = false;
            more.settle(30); // the breaker does not know yet: it is not sent
            beat();
            ticker.advance(HOUR.toNanos() / 3600);
            beat();
            other.settle(15);
            assertThat(left(node, policy)).isEqualTo(100 - 45);
            Outcome away = node.tryAcquire(policy, ADA, 5);
            assertThat(away.decidedBy()).isEqualTo(DecidedBy.LOCAL);
            there.up = true;
            assertThat(beat()).isTrue();
            away.receipt().settle(6);
            there.debts.clear();
            assertThat(node.tryAcquire(policy, ADA, 1).decidedBy()).isEqualTo(DecidedBy.REDIS);
            assertThat(there.debts).hasSize(policy.limits().size());
            for (SharedCounts.Debt debt : there.debts) {
                // 20, 5, 5 and 1; of a bucket in hours.
                if (debt instanceof SharedCounts.Debt.Runs runs) {
                    assertThat(java.util.stream.LongStream.of(runs.counts()).sum()).isEqualTo(31);
                } else if (debt instanceof SharedCounts.Debt.Counted counted) {
                    assertThat(counted.untold()).isEqualTo(31);
                    assertThat(counted.here()).isEqualTo(51);
                } else {
                    long untold = ((SharedCounts.Debt.Level) debt).untold();
                    assertThat(Duration.ofNanos(untold))
                            .isBetween(
                                    HOUR.multipliedBy(31).minusSeconds(2), HOUR.multipliedBy(31));
                }
            }
        }
    }

    /** Of an estimate and what it has cost. */
    record Call(long estimate, long actual) {}

    @Provide
    Arbitrary<List<Call>> calls() {
        return Combinators.combine(
                        Arbitraries.longs().between(1, 40), Arbitraries.longs().between(0, 90))
                .as(Call::new)
                .list()
                .ofMaxSize(40);
    }

    @Property
    void whatIsUsedIsTheSumOfWhatEachHasCost(
            @ForAll("calls") List<Call> calls, @ForAll boolean shared) {
        SettlingTest fresh = new SettlingTest();
        fresh.connected();
        CountingStore store = shared ? fresh.node : fresh.alone;
        for (Policy policy : kinds()) {
            long used = 0;
            List<Call> open = new ArrayList<>();
            List<Receipt> receipts = new ArrayList<>();
            for (Call call : calls) {
                Outcome outcome = store.tryAcquire(policy, ADA, call.estimate);
                assertThat(outcome.decision() instanceof Decision.Admitted)
                        .isEqualTo(used + call.estimate <= 100);
                if (outcome.decision() instanceof Decision.Admitted) {
                    used += call.estimate;
                    open.add(call);
                    receipts.add(outcome.receipt());
                }
                if (open.size() > call.actual % 3) {
                    int which = (int) (call.actual % open.size());
                    Call settled = open.remove(which);
                    receipts.remove(which).settle(settled.actual);
                    used = Math.max(Math.min(200, used + settled.actual - settled.estimate), 0);
                }
                long left = left(store, policy);
                assertThat(left).isEqualTo(Math.max(0, 100 - used));
            }
        }
    }

    /** The plan of a caller may change, and numbers may, while calls are open. */
    @Property
    void whateverLimitsHoldMeanwhile(@ForAll("calls") List<Call> calls, @ForAll boolean shared) {
        SettlingTest fresh = new SettlingTest();
        fresh.connected();
        CountingStore store = shared ? fresh.node : fresh.alone;
        List<List<Policy>> all = List.of(kinds(200), kinds(250), kinds(307));
        for (int kind = 0; kind < all.get(0).size(); kind++) {
            long used = 0;
            List<Call> open = new ArrayList<>();
            List<Receipt> receipts = new ArrayList<>();
            for (Call call : calls) {
                Policy policy = all.get((int) (call.estimate % 3)).get(kind);
                Outcome outcome = store.tryAcquire(policy, ADA, call.estimate);
                assertThat(outcome.decision() instanceof Decision.Admitted)
                        .isEqualTo(used + call.estimate <= policy.capacity());
                if (outcome.decision() instanceof Decision.Admitted) {
                    used += call.estimate;
                    open.add(call);
                    receipts.add(outcome.receipt());
                }
                if (open.size() > call.actual % 3) {
                    int which = (int) (call.actual % open.size());
                    Call settled = open.remove(which);
                    receipts.remove(which).settle(settled.actual);
                    used += settled.actual - settled.estimate;
                }
                assertThat(left(store, policy)).isEqualTo(Math.max(0, policy.capacity() - used));
            }
        }
    }

    /** Also where no reservation asks: a method, or a response, that takes longer. */
    @Test
    void afterAnHourTheEstimateIsThePrice() {
        Limit day = new Limit.SlidingWindow(100, HOUR.multipliedBy(24));
        for (CountingStore store : List.of(alone, node)) {
            for (Policy policy : List.of(policy("quota", QUOTA), policy("day", day))) {
                Receipt less = store.tryAcquire(policy, ADA, 30).receipt();
                Receipt more = store.tryAcquire(policy, ADA, 20).receipt();
                Receipt soon = store.tryAcquire(policy, ADA, 10).receipt();
                ticker.advance(HOUR.toNanos() - 1);
                assertThat(soon.settle(9)).isTrue();
                ticker.advance(1);
                assertThat(less.settle(1)).isFalse();
                assertThat(more.settle(30)).isFalse();
                assertThat(left(store, policy)).isEqualTo(41);
                if (store == node) {
                    assertThat(left(remote, policy)).isEqualTo(41);
                }
            }
        }
    }

    /** What was taken before midnight comes back in its period, or not at all. */
    @Test
    void aCalendarGoesOnMeanwhile() {
        for (Policy policy :
                List.of(policy("quota", QUOTA), policy("all", WINDOW, BUCKET, QUOTA))) {
            CountingStore store = new CountingStore(100, ticker, () -> {});
            date("2026-11-30T23:59:50Z");
            Receipt less = store.tryAcquire(policy, ADA, 40).receipt();
            Receipt more = store.tryAcquire(policy, ADA, 40).receipt();
            date("2026-12-01T00:00:00Z");
            assertThat(quota(store, policy)).isEqualTo(100);
            assertThat(less.settle(10)).isTrue();
            assertThat(quota(store, policy)).as("November is over").isEqualTo(100);
            assertThat(more.settle(70)).isTrue();
            assertThat(quota(store, policy)).as("paid when it was known").isEqualTo(70);
            less = store.tryAcquire(policy, ADA, 10).receipt();
            date("2026-11-28T00:00:00Z"); // the clock is put back by days, and put right again
            assertThat(less.settle(4)).isTrue();
            assertThat(quota(store, policy)).isEqualTo(66);
            less = store.tryAcquire(policy, ADA, 10).receipt();
            date("2026-12-03T00:00:00Z");
            assertThat(less.settle(0)).isTrue();
            assertThat(quota(store, policy)).isEqualTo(66);
            assertThat(less.settle(0)).isFalse();
        }
    }

    private void date(String date) {
        ticker.setDate(Instant.parse(date).minusSeconds(1));
        ticker.advance(1_000_000_000);
    }

    private static long quota(CountingStore store, Policy policy) {
        return store.peekHere(policy, ADA).get(policy.limits().size() - 1).remaining();
    }

    @Test
    void ofManyThreadsThatSettleOneReservationOneDoes() throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(8);
        try {
            for (CountingStore store : List.of(alone, node)) {
                for (Policy policy : kinds(1_000_000)) {
                    long used = 0;
                    for (int round = 0; round < 50; round++) {
                        Receipt open = store.tryAcquire(policy, ADA, 20).receipt();
                        CyclicBarrier together = new CyclicBarrier(8);
                        List<Future<Long>> said = new ArrayList<>();
                        for (int t = 0; t < 8; t++) {
                            long actual = 5L * t;
                            said.add(
                                    executor.submit(
                                            () -> {
                                                together.await();
                                                return open.settle(actual) ? actual : -1;
                                            }));
                        }
                        List<Long> settled = new ArrayList<>();
                        for (Future<Long> one : said) {
                            settled.add(one.get());
                        }
                        settled.removeIf(actual -> actual < 0);
                        assertThat(settled).hasSize(1);
                        used += settled.get(0);
                        assertThat(left(store, policy)).isEqualTo(1_000_000 - used);
                    }
                    if (store == node) {
                        assertThat(left(remote, policy)).isEqualTo(1_000_000 - used);
                    }
                }
            }
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void threadsSettleExactly() throws Exception {
        Policy policy =
                policy(
                        "threads",
                        new Limit.SlidingWindow(1_000_000, HOUR),
                        new Limit.TokenBucket(1, HOUR, 1_000_000),
                        new Limit.CalendarQuota(1_000_000, Limit.Period.MONTH, ZoneOffset.UTC));
        for (CountingStore store : List.of(alone, node)) {
            AtomicLong sum = new AtomicLong();
            ExecutorService executor = Executors.newFixedThreadPool(8);
            try {
                List<Future<?>> done = new ArrayList<>();
                for (int t = 0; t < 8; t++) {
                    long seed = t;
                    done.add(
                            executor.submit(
                                    () -> {
                                        for (int i = 0; i < 100; i++) {
                                            long actual = (seed * 31 + i * 17L) % 40;
                                            Outcome taken = store.tryAcquire(policy, ADA, 20);
                                            taken.receipt().settle(actual);
                                            sum.addAndGet(actual);
                                        }
                                        return null;
                                    }));
                }
                for (Future<?> one : done) {
                    one.get();
                }
            } finally {
                executor.shutdownNow();
            }
            assertThat(left(store, policy)).isEqualTo(1_000_000 - sum.get());
            if (store == node) {
                assertThat(left(remote, policy)).isEqualTo(1_000_000 - sum.get());
            }
        }
    }
}
