package io.weir.internal.count;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.Decision;
import io.weir.Key;
import io.weir.Limit;
import io.weir.LimitState;
import io.weir.Policy;
import io.weir.testing.Policies;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CountingStoreTest extends StoreContract {

    private final SetTicker ticker = SetTicker.anywhere();
    private final AtomicInteger warnings = new AtomicInteger();
    private final CountingStore store =
            new CountingStore(10_000, ticker, warnings::incrementAndGet);

    @Override
    protected Store store() {
        return store;
    }

    @Override
    protected Policy engine(Policy policy) {
        return policy;
    }

    @Override
    protected void pass(Duration time) {
        ticker.advance(time.toNanos());
    }

    private static boolean admits(CountingStore store, Policy policy, String client) {
        return store.tryAcquire(policy, Key.ofClient(client), 1).decision()
                instanceof Decision.Admitted;
    }

    @Test
    void keysThatHaveUsedNothingAreForgotten() {
        Policy policy = policy(sliding(3, HOUR));
        for (int i = 0; i < 100; i++) {
            admits(store, policy, "client " + i);
        }
        store.sweep();
        assertThat(store.size()).isEqualTo(100);
        ticker.advance(HOUR.toNanos() - 1);
        store.sweep();
        assertThat(store.size()).isEqualTo(100);
        ticker.advance(1);
        store.sweep();
        assertThat(store.size()).isZero();
    }

    @Test
    void aFloodOfNewKeysFreesNobodyWhoIsBeingRefused() {
        CountingStore small = new CountingStore(50, ticker, warnings::incrementAndGet);
        Policy policy = policy(sliding(1, HOUR));
        for (int i = 0; i < 50; i++) {
            assertThat(admits(small, policy, "early " + i)).isTrue();
        }
        int admitted = 0;
        for (int i = 0; i < 20_000; i++) {
            admitted += admits(small, policy, "late " + i) ? 1 : 0;
        }
        // each of the shared entries admits one, and 20,000 newcomers find nearly all of them
        assertThat(admitted).isBetween(1_000, Entries.SHARED);
        for (int i = 0; i < 50; i++) {
            assertThat(admits(small, policy, "early " + i)).isFalse();
        }
        for (int i = 0; i < 20_000; i++) {
            assertThat(admits(small, policy, "late " + i)).isFalse();
        }
        assertThat(small.size()).isEqualTo(50);
        assertThat(warnings).hasValue(1);
    }

    @Test
    void aNewcomerKeepsItsSharedEntryUntilThatIsUnused() {
        CountingStore small = new CountingStore(1, ticker, warnings::incrementAndGet);
        Policy policy = policy(sliding(1, HOUR));
        admits(small, policy, "early");
        ticker.advance(HOUR.toNanos() / 2);
        assertThat(admits(small, policy, "late")).isTrue();
        ticker.advance(HOUR.toNanos() / 2);
        small.sweep(); // now there is room for an entry of its own
        assertThat(admits(small, policy, "late")).isFalse();
        ticker.advance(HOUR.toNanos() / 2);
        assertThat(admits(small, policy, "late")).isTrue();
        assertThat(small.size()).isEqualTo(1);
    }

    @Test
    void aFullStoreMakesRoomByForgettingTheUnused() {
        CountingStore small = new CountingStore(10, ticker, warnings::incrementAndGet);
        Policy policy = policy(sliding(1, HOUR));
        for (int i = 0; i < 10; i++) {
            admits(small, policy, "early " + i);
        }
        ticker.advance(HOUR.toNanos());
        for (int i = 0; i < 10; i++) {
            assertThat(admits(small, policy, "late " + i)).isTrue();
        }
        assertThat(warnings).hasValue(0);
        assertThat(small.size()).isEqualTo(10);
    }

    @Test
    void whoSharesWithWhomCannotBeForeseen() {
        Policy policy = policy(sliding(1, HOUR));
        Set<String> alone = newcomersWithAnEntryToThemselves(policy);
        assertThat(newcomersWithAnEntryToThemselves(policy)).isNotEqualTo(alone);
    }

    private Set<String> newcomersWithAnEntryToThemselves(Policy policy) {
        CountingStore small = new CountingStore(1, ticker, () -> {});
        admits(small, policy, "early");
        Set<String> admitted = new HashSet<>();
        for (int i = 0; i < 2_000; i++) {
            if (admits(small, policy, "late " + i)) {
                admitted.add("late " + i);
            }
        }
        return admitted;
    }

    @Test
    void itIsToldOnceEachTimeItBecomesFull() {
        CountingStore small = new CountingStore(100, ticker, warnings::incrementAndGet);
        Policy policy = policy(sliding(1, HOUR));
        for (int time = 1; time <= 3; time++) {
            for (int i = 0; i < 200; i++) {
                admits(small, policy, time + " " + i);
                small.sweep();
            }
            assertThat(warnings).hasValue(time);
            ticker.advance(HOUR.toNanos());
            small.sweep();
        }
    }

    @Test
    void aPolicyOfAnotherShapeCarriesOverAndFreesNobody() {
        CountingStore small = new CountingStore(20, ticker, warnings::incrementAndGet);
        Policy before = policy(sliding(1, HOUR));
        Policy after = Policies.like(before).limits(bucket(1, HOUR, 1)).policy();
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 10; i++) {
                assertThat(admits(small, before, "client " + i)).isEqualTo(round == 0);
                assertThat(admits(small, after, "client " + i)).isEqualTo(round == 0);
            }
        }
        assertThat(warnings).hasValue(0);
        assertThat(small.size()).isEqualTo(10);
        ticker.advance(HOUR.toNanos());
        small.sweep();
        assertThat(small.size()).isZero();
    }

    /** Threads that run after each other through new keys meet at the first request of some. */
    @Test
    void theFirstRequestsOfAKeyMeetInOneEntry() throws Exception {
        Policy policy = policy(bucket(1, HOUR, 1));
        CountingStore wide = new CountingStore(200_000, ticker, warnings::incrementAndGet);
        AtomicInteger admitted = new AtomicInteger();
        Thread[] threads = new Thread[4];
        for (int t = 0; t < threads.length; t++) {
            threads[t] =
                    new Thread(
                            () -> {
                                for (int i = 0; i < 100_000; i++) {
                                    if (admits(wide, policy, "new " + i)) {
                                        admitted.incrementAndGet();
                                    }
                                }
                            });
        }
        for (Thread thread : threads) {
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(admitted).hasValue(100_000);
        assertThat(wide.size()).isEqualTo(100_000);
    }

    /** A key that is forgotten while it is asked for must not be counted in two entries. */
    @Test
    void sweepingMeanwhileFreesNobody() throws Exception {
        Policy policy = policy(bucket(1, HOUR, 3));
        for (int round = 0; round < 200; round++) {
            AtomicBoolean done = new AtomicBoolean();
            Thread sweeper =
                    new Thread(
                            () -> {
                                while (!done.get()) {
                                    store.sweep();
                                }
                            });
            sweeper.start();
            try {
                assertThat(admittedBy(4, 5, policy, Key.ofClient("round " + round))).isEqualTo(3);
            } finally {
                done.set(true);
                sweeper.join();
            }
        }
    }

    @Test
    void eachOfThreeLimitsRefuses() {
        Policy policy =
                policy(
                        sliding(2, HOUR.dividedBy(60)),
                        bucket(3, HOUR, 3),
                        sliding(4, HOUR.multipliedBy(24)));
        Key key = Key.ofClient("203.0.113.7");
        List<Integer> violated = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Decision decision = store.tryAcquire(policy, key, 1).decision();
            if (decision instanceof Decision.Refused refused) {
                for (int limit = 0; limit < 3; limit++) {
                    if (refused.violated().contains(policy.limitName(limit))) {
                        violated.add(limit);
                    }
                }
                ticker.advance(refused.retryAfter().toNanos());
            }
        }
        assertThat(violated).contains(0, 1, 2);
    }

    /** States of a policy with one limit are made when they are asked for, and not later ones. */
    @Test
    void whatWasKnownAtADecisionStaysSo() throws Exception {
        Duration day = HOUR.multipliedBy(24);
        for (Limit limit : List.of(sliding(10, HOUR), sliding(10, day), bucket(5, HOUR, 10))) {
            Policy policy = policy(limit);
            Key key = Key.ofClient("203.0.113.7");
            Decision first = store.tryAcquire(policy, key, 3).decision();
            ticker.advance(HOUR.toNanos() / 10);
            store.tryAcquire(policy, key, 4);
            ticker.advance(day.toNanos());
            List<LimitState> states = first.limits();
            assertThat(states).hasSize(1).isEqualTo(List.copyOf(states));
            assertThat(List.copyOf(states)).isEqualTo(states).hasSameHashCodeAs(states);
            assertThat(states.get(0).remaining()).isEqualTo(7);
            assertThat(states.get(0).untilNext())
                    .isEqualTo(
                            limit instanceof Limit.TokenBucket
                                    ? HOUR.dividedBy(5)
                                    : limit.window());
            assertThat(states.indexOf(states.get(0))).isZero();
            assertThat(states.subList(0, 1)).isEqualTo(states);
            assertThatThrownBy(states::clear).isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(() -> states.replaceAll(state -> state))
                    .isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(() -> states.get(1)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThat(copied(first)).isEqualTo(first);
        }
    }

    private static Object copied(Object original) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(original);
        }
        try (ObjectInputStream in =
                new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return in.readObject();
        }
    }

    @Test
    void aKeyNeverTakesFromItsOwnAndFromASharedEntry() {
        Policy policy = policy(sliding(1, HOUR));
        AtomicInteger admitted = new AtomicInteger();
        CountingStore[] small = new CountingStore[1];
        // While one call finds the store full, it has room again, and another call of that key.
        Runnable meanwhile =
                () -> {
                    ticker.advance(HOUR.toNanos());
                    small[0].sweep();
                    admitted.addAndGet(admits(small[0], policy, "late") ? 1 : 0);
                };
        small[0] = new CountingStore(1, ticker, meanwhile);
        admits(small[0], policy, "early");
        admitted.addAndGet(admits(small[0], policy, "late") ? 1 : 0);
        assertThat(admitted).hasValue(1);
        assertThat(admits(small[0], policy, "late")).isFalse();
    }

    @Test
    void whoGoesOnSharingDoesNotSayThatAllPlacesAreTaken() {
        CountingStore small = new CountingStore(10, ticker, warnings::incrementAndGet);
        Policy daily = policy(sliding(1, HOUR.multipliedBy(24)));
        Policy flood = Policy.of("flood", sliding(1, HOUR));
        for (int i = 0; i < 10; i++) {
            admits(small, flood, "f" + i);
        }
        assertThat(admits(small, daily, "late")).isTrue();
        assertThat(warnings).hasValue(1);
        ticker.advance(HOUR.multipliedBy(2).toNanos());
        small.sweep();
        assertThat(admits(small, daily, "late")).isFalse();
        assertThat(warnings).hasValue(1);
    }

    @Test
    void manyThreadsNeverExceedTheBound() throws Exception {
        CountingStore small = new CountingStore(100, ticker, warnings::incrementAndGet);
        Policy policy = policy(sliding(1, HOUR));
        Thread[] threads = new Thread[16];
        for (int t = 0; t < threads.length; t++) {
            int id = t;
            threads[t] =
                    new Thread(
                            () -> {
                                for (int i = 0; i < 1_000; i++) {
                                    admits(small, policy, id + " " + i);
                                }
                            });
        }
        for (Thread thread : threads) {
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        // One that was about to have a place may have found its shared entry used: then it shares.
        assertThat(small.size()).isBetween(100 - threads.length, 100);
        ticker.advance(HOUR.toNanos());
        small.sweep();
        assertThat(small.size()).isZero();
    }
}
