package io.weir.internal.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.CountWhen;
import io.weir.DecidedBy;
import io.weir.Decision;
import io.weir.Key;
import io.weir.Limit;
import io.weir.LimitState;
import io.weir.Policy;
import io.weir.RateLimiter;
import io.weir.Reservation;
import io.weir.internal.count.CountingStore;
import io.weir.internal.count.Outcome;
import io.weir.internal.count.Receipt;
import io.weir.internal.count.SetTicker;
import io.weir.internal.count.Store;
import io.weir.internal.count.StoreUnavailableException;
import io.weir.internal.count.Ticker;
import io.weir.internal.count.WaitBudget;
import io.weir.testing.Policies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The limiter as an application asks it by hand. */
class ByHandTest {

    private static final Key KEY = Key.ofClient("203.0.113.7", "42");

    private final SetTicker ticker = SetTicker.anywhere();
    private final List<Long> slept = new ArrayList<>();
    private final List<DecidedBy> told = new ArrayList<>();
    private final Gate gate = gate(new CountingStore(100, ticker, () -> {}));

    private Gate gate(Store store) {
        return gate(
                name -> () -> Policy.of(name, new Limit.SlidingWindow(2, Duration.ofSeconds(10))),
                store);
    }

    private Gate gate(LivePolicy.Finder policies, Store store) {
        return new Gate(
                policies,
                store,
                new Keys(Map.of(), Map.of(), "weir", (policy, source, thrown) -> {}),
                Plans.NONE,
                new CurrentOperation(),
                GateTest.caller("none"),
                policy -> {},
                (policy, key, edge, decidedBy, decision, nanos) -> told.add(decidedBy),
                sleeping(
                        nanos -> {
                            slept.add(nanos);
                            ticker.advance(nanos);
                        }));
    }

    private interface Sleep {
        void sleep(long nanos) throws InterruptedException;
    }

    private Ticker sleeping(Sleep sleep) {
        return new Ticker() {
            @Override
            public long nanoTime() {
                return ticker.nanoTime();
            }

            @Override
            public void sleep(long nanos) throws InterruptedException {
                sleep.sleep(nanos);
            }
        };
    }

    /** Away, in every respect; a policy called "p" says 503 then. */
    private static final class Away implements Store {
        @Override
        public Outcome tryAcquire(Policy policy, Key key, long cost, WaitBudget budget) {
            return new Outcome(
                    new Decision.Unavailable(Duration.ofSeconds(1)),
                    DecidedBy.OUTAGE_RULE,
                    Receipt.NOTHING);
        }

        @Override
        public WaitBudget budget() {
            return new WaitBudget(Duration.ZERO);
        }

        @Override
        public List<LimitState> peek(Policy policy, Key key) {
            return List.of();
        }

        @Override
        public void reset(Policy policy, Key key) throws StoreUnavailableException {
            throw new StoreUnavailableException("away", new java.io.IOException());
        }
    }

    private long left(Key key) {
        return gate.limiter().peek("p", key).get(0).remaining();
    }

    @Test
    void aPeekTakesNothing() {
        for (int i = 0; i < 10; i++) {
            assertThat(gate.limiter().peek("p", "id").get(0).remaining()).isEqualTo(2);
            assertThat(left(KEY)).isEqualTo(2);
        }
        assertThat(told).isEmpty();
    }

    @Test
    void aResetForgets() {
        gate.limiter().tryAcquire("p", KEY, 2);
        gate.limiter().tryAcquire("p", "id");
        assertThat(gate.limiter().reset("p", KEY)).isTrue();
        assertThat(left(KEY)).isEqualTo(2);
        assertThat(gate.limiter().peek("p", "id").get(0).remaining()).isEqualTo(1);
        assertThat(gate.limiter().reset("p", "id")).isTrue();
        assertThat(gate.limiter().peek("p", "id").get(0).remaining()).isEqualTo(2);
    }

    @Test
    void aPolicyThatNobodyDeclaresSharesTheCountsOfItsName() {
        Policy mine = Policy.of("p", new Limit.SlidingWindow(2, Duration.ofSeconds(10)));
        assertThat(gate.limiter().tryAcquire(mine, KEY, 1)).isInstanceOf(Decision.Admitted.class);
        assertThat(left(KEY)).isEqualTo(1);
        assertThat(gate.limiter().tryAcquire(mine, "id")).isInstanceOf(Decision.Admitted.class);
        assertThat(gate.limiter().peek("p", "id").get(0).remaining()).isEqualTo(1);
        assertThatThrownBy(() -> gate.limiter().tryAcquire(mine, KEY, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("permits is 0");
    }

    @Test
    void whoWaitsIsAdmittedAsSoonAsTheRefusalSaid() throws Exception {
        gate.limiter().tryAcquire("p");
        ticker.advance(Duration.ofSeconds(3).toNanos());
        gate.limiter().tryAcquire("p");
        assertThat(gate.limiter().acquire(Duration.ofSeconds(7), "p"))
                .isInstanceOf(Decision.Admitted.class);
        assertThat(slept).containsExactly(Duration.ofSeconds(7).toNanos());
    }

    @Test
    void whoWouldWaitTooLongDoesNotWaitAtAll() throws Exception {
        gate.limiter().tryAcquire("p");
        gate.limiter().tryAcquire("p");
        for (Duration tooShort :
                List.of(
                        Duration.ofSeconds(10).minusNanos(1),
                        Duration.ZERO,
                        Duration.ofSeconds(-1),
                        Duration.ofSeconds(Long.MIN_VALUE))) {
            assertThat(gate.limiter().acquire(tooShort, "p")).isInstanceOf(Decision.Refused.class);
        }
        assertThat(slept).isEmpty();
        assertThat(gate.limiter().acquire(Duration.ofSeconds(Long.MAX_VALUE), "p"))
                .isInstanceOf(Decision.Admitted.class);
    }

    @Test
    void whoIsInterruptedTakesNothing() {
        Gate interrupted =
                new Gate(
                        name ->
                                () ->
                                        Policy.of(
                                                name,
                                                new Limit.SlidingWindow(1, Duration.ofSeconds(1))),
                        new CountingStore(100, ticker, () -> {}),
                        new Keys(Map.of(), Map.of(), "weir", (policy, source, thrown) -> {}),
                        Plans.NONE,
                        new CurrentOperation(),
                        GateTest.caller("none"),
                        policy -> {},
                        (policy, key, edge, decidedBy, decision, nanos) -> {},
                        sleeping(
                                nanos -> {
                                    throw new InterruptedException();
                                }));
        interrupted.limiter().tryAcquire("p");
        assertThatThrownBy(() -> interrupted.limiter().acquire(Duration.ofSeconds(5), "p"))
                .isInstanceOf(InterruptedException.class);
        ticker.advance(Duration.ofSeconds(1).toNanos());
        assertThat(interrupted.limiter().peek("p").get(0).remaining()).isEqualTo(1);
    }

    @Test
    void withoutAStoreNothingIsKnown() throws Exception {
        Gate away = gate(new Away());
        assertThat(away.limiter().peek("p", KEY)).isEmpty();
        assertThat(away.limiter().reset("p", KEY)).isFalse();
        assertThat(away.limiter().acquire(Duration.ofMillis(2500), "p"))
                .isInstanceOf(Decision.Unavailable.class);
        assertThat(slept).hasSize(2).allMatch(nanos -> nanos == 1_000_000_000L);
    }

    @Test
    void howeverMuchLessThanNothingIsNoWait() throws Exception {
        gate.limiter().tryAcquire("p", KEY, 2);
        Gate late =
                new Gate(
                        name ->
                                () ->
                                        Policy.of(
                                                name,
                                                new Limit.SlidingWindow(1, Duration.ofSeconds(10))),
                        new CountingStore(100, ticker, () -> {}),
                        new Keys(Map.of(), Map.of(), "weir", (policy, source, thrown) -> {}),
                        Plans.NONE,
                        new CurrentOperation(),
                        GateTest.caller("none"),
                        policy -> {},
                        (policy, key, edge, decidedBy, decision, nanos) -> ticker.advance(1),
                        sleeping(slept::add));
        late.limiter().tryAcquire("p");
        for (Duration less : List.of(Duration.ofSeconds(Long.MIN_VALUE), Duration.ofNanos(-1))) {
            assertThat(late.limiter().acquire(less, "p")).isInstanceOf(Decision.Refused.class);
        }
        assertThat(slept).isEmpty();
    }

    /** After an hour the estimate is the price. */
    @Test
    void aReservationEnds() {
        Policy policy =
                Policies.named("tokens")
                        .limits(new Limit.SlidingWindow(100, Duration.ofDays(1)))
                        .countWhen(CountWhen.SETTLED)
                        .policy();
        RateLimiter limiter =
                gate(name -> () -> policy, new CountingStore(100, ticker, () -> {})).limiter();
        Reservation first = limiter.reserve("tokens", KEY, 40);
        Reservation second = limiter.reserve("tokens", KEY, 40);
        ticker.advance(Duration.ofHours(1).toNanos() - 1);
        assertThat(first.settle(10)).isTrue();
        ticker.advance(1);
        assertThat(second.settle(10)).isFalse();
        assertThat(limiter.peek("tokens", KEY).get(0).remaining()).isEqualTo(50);
    }
}
