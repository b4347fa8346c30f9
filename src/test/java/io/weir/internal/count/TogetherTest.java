package io.weir.internal.count;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.CountWhen;
import io.weir.Decision;
import io.weir.Engine;
import io.weir.Key;
import io.weir.Limit;
import io.weir.OnOutage;
import io.weir.Policy;
import io.weir.testing.Policies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Threads that start together on one key, with exact counts, whatever the shared counts do. */
class TogetherTest {

    private static final int THREADS = 16;
    private static final int PERMITS = 400;
    private static final Duration DAY = Duration.ofDays(1);
    private static final Key KEY = Key.ofClient("203.0.113.7");

    private static ExecutorService threads;

    @BeforeAll
    static void start() {
        threads = Executors.newFixedThreadPool(THREADS);
    }

    @AfterAll
    static void stop() {
        threads.shutdownNow();
    }

    /** Admits all, forgets all, and answers, is late, busy, or loses what was asked. */
    private static final class Careless implements SharedCounts {

        @Override
        public Answer take(Policy policy, Key key, long cost, List<Debt> debts, long budget)
                throws StoreUnavailableException {
            switch (ThreadLocalRandom.current().nextInt(8)) {
                case 0 ->
                        throw new StoreUnavailableException(
                                StoreUnavailableException.Kind.BUSY, "busy");
                case 1 ->
                        throw new StoreUnavailableException(
                                StoreUnavailableException.Kind.NOT_COUNTED, "not sent");
                case 2 -> throw new StoreUnavailableException("no answer", null);
                case 3 -> Thread.yield();
                default -> {}
            }
            return new Answer(
                    new Decision.Admitted(List.of()),
                    policy.givesBack() ? more -> CompletableFuture.completedFuture(null) : null);
        }

        @Override
        public boolean countsDebts(Policy policy) {
            return policy.engine() == Engine.SCRIPT;
        }

        @Override
        public Decision peek(Policy policy, Key key, long cost, long budget) {
            return new Decision.Admitted(List.of());
        }

        @Override
        public void reset(Policy policy, Key key) {}
    }

    private static CountingStore node(int maxKeys) throws Exception {
        SetTicker ticker = SetTicker.anywhere(); // no failure ever lasts
        Breaker breaker = new Breaker(ticker, 1, new Silent());
        CountingStore store =
                new CountingStore(
                        maxKeys, ticker, () -> {}, new Careless(), breaker, Duration.ofSeconds(5));
        store.probe(() -> new Heartbeat(1, false, Duration.ZERO));
        return store;
    }

    private static Policy policy(OnOutage onOutage, CountWhen countWhen) {
        return Policies.named("p")
                .limits(
                        new Limit.SlidingWindow(PERMITS, DAY),
                        new Limit.TokenBucket(1, DAY, 2 * PERMITS))
                .onOutage(onOutage)
                .engine(Engine.SCRIPT)
                .countWhen(countWhen)
                .policy();
    }

    private static int sum(Callable<Integer> each) throws Exception {
        CountDownLatch ready = new CountDownLatch(THREADS);
        List<Callable<Integer>> calls = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            calls.add(
                    () -> {
                        ready.countDown();
                        ready.await();
                        return each.call();
                    });
        }
        int sum = 0;
        for (Future<Integer> one : threads.invokeAll(calls)) {
            sum += one.get();
        }
        return sum;
    }

    private static int admitted(CountingStore store, Policy policy, int calls) {
        int admitted = 0;
        for (int i = 0; i < calls; i++) {
            admitted +=
                    store.tryAcquire(policy, KEY, 1).decision() instanceof Decision.Admitted
                            ? 1
                            : 0;
        }
        return admitted;
    }

    @ParameterizedTest
    @EnumSource(names = {"LOCAL", "LOCAL_SHARE", "FAIL_CLOSED"})
    void exactlyTheLimitIsAdmittedThoughNothingIsRemembered(OnOutage onOutage) throws Exception {
        for (int round = 0; round < 20; round++) {
            CountingStore store = node(1_000);
            Policy policy = policy(onOutage, CountWhen.ALWAYS);
            int together = sum(() -> admitted(store, policy, 2 * PERMITS / THREADS));
            assertThat(together).isLessThanOrEqualTo(PERMITS);
            // Nothing is under way for ever: what is left can be taken.
            assertThat(together + admitted(store, policy, 20 * PERMITS)).isEqualTo(PERMITS);
        }
    }

    @Test
    void whatIsGivenBackTogetherCanBeTakenAgain() throws Exception {
        for (int round = 0; round < 20; round++) {
            CountingStore store = node(1_000);
            Policy policy = policy(OnOutage.LOCAL, CountWhen.FAILURE);
            int kept =
                    sum(
                            () -> {
                                int keeps = 0;
                                for (int i = 0; i < 50; i++) {
                                    Outcome outcome = store.tryAcquire(policy, KEY, 1);
                                    boolean taken = outcome.decision() instanceof Decision.Admitted;
                                    if (taken && i % 5 == 0) {
                                        outcome.receipt().keep();
                                        keeps++;
                                    } else {
                                        outcome.receipt().giveBack();
                                    }
                                }
                                return keeps;
                            });
            assertThat(admitted(store, policy, PERMITS)).isEqualTo(PERMITS - kept);
        }
    }

    /** A bucket lies in its entry until more is to be known of the key than what it has used. */
    @Test
    void aBucketIsCountedOnceWhileItLeavesItsEntry() throws Exception {
        Policy policy = bucket(CountWhen.ALWAYS);
        Policy givesBack = bucket(CountWhen.FAILURE);
        for (int round = 0; round < 200; round++) {
            CountingStore store = new CountingStore(PERMITS, SetTicker.anywhere(), () -> {});
            AtomicInteger number = new AtomicInteger();
            int admitted =
                    sum(
                            () -> {
                                if (number.getAndIncrement() > 0) {
                                    return admitted(store, policy, PERMITS);
                                }
                                store.sweep();
                                return admitted(store, givesBack, 1);
                            });
            assertThat(admitted).isEqualTo(PERMITS);
        }
    }

    private static Policy bucket(CountWhen countWhen) {
        return Policies.named("p")
                .limits(new Limit.TokenBucket(1, DAY, PERMITS))
                .countWhen(countWhen)
                .policy();
    }

    /** Keys come and go between entries of their own and shared ones: never twice the limit. */
    @Test
    void aKeyNeverHasTwoEntries() throws Exception {
        Policy policy = policy(OnOutage.LOCAL, CountWhen.ALWAYS);
        for (int round = 0; round < 20; round++) {
            CountingStore small = new CountingStore(4, SetTicker.anywhere(), () -> {});
            int together =
                    sum(
                            () -> {
                                int admitted = 0;
                                for (int i = 0; i < 100; i++) {
                                    admitted += admitted(small, policy, 1);
                                    small.tryAcquire(
                                            policy,
                                            Key.ofClient(
                                                    "other "
                                                            + ThreadLocalRandom.current()
                                                                    .nextInt(8)),
                                            1);
                                    small.sweep();
                                }
                                return admitted;
                            });
            assertThat(together).isLessThanOrEqualTo(PERMITS);
        }
    }
}
