package io.weir.store.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.DecidedBy;
import io.weir.Decision;
import io.weir.Key;
import io.weir.Limit;
import io.weir.OnOutage;
import io.weir.Policy;
import io.weir.store.Outcome;
import io.weir.store.SetTicker;
import io.weir.store.Store;
import io.weir.store.StoreUnavailableException;
import io.weir.store.local.LocalStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The breaker on a clock that is set; a primary that is a local store with a switch. */
class FailoverTest {

    private final SetTicker ticker = SetTicker.anywhere();
    private final List<String> told = new ArrayList<>();
    private final Breaker breaker =
            new Breaker(
                    ticker,
                    new StateListener() {
                        @Override
                        public void connected() {
                            told.add("connected");
                        }

                        @Override
                        public void lost(String reason) {
                            told.add("lost: " + reason);
                        }
                    });
    private boolean up = true;
    private int asked;
    private final LocalStore remote = new LocalStore(100, ticker, () -> {});
    private final LocalStore standIn = new LocalStore(100, ticker, () -> {});
    private final FailoverStore store =
            new FailoverStore(new Switched(remote), standIn, breaker, ticker);
    private final Policy policy =
            Policy.of("p", new Limit.SlidingWindow(1_000, Duration.ofHours(1)));
    private final Key key = Key.ofClient("203.0.113.7");

    /** Real counts behind a cable that can be pulled. */
    private final class Switched implements Store {
        private final LocalStore real;

        Switched(LocalStore real) {
            this.real = real;
        }

        private void reach() throws StoreUnavailableException {
            asked++;
            if (!up) {
                throw new StoreUnavailableException("cable pulled", null);
            }
        }

        @Override
        public Outcome tryAcquire(Policy policy, Key key, long cost)
                throws StoreUnavailableException {
            reach();
            Outcome outcome = real.tryAcquire(policy, key, cost);
            return new Outcome(outcome.decision(), DecidedBy.REDIS, outcome.receipt());
        }

        @Override
        public List<io.weir.LimitState> peek(Policy policy, Key key)
                throws StoreUnavailableException {
            reach();
            return real.peek(policy, key);
        }

        @Override
        public void reset(Policy policy, Key key) throws StoreUnavailableException {
            reach();
            real.reset(policy, key);
        }
    }

    private DecidedBy call() throws Exception {
        return store.tryAcquire(policy, key, 1).decidedBy();
    }

    private boolean probe() {
        return breaker.probe(
                () -> {
                    if (!up) {
                        throw new StoreUnavailableException("cable pulled", null);
                    }
                });
    }

    private void pass(long millis) {
        ticker.advance(Duration.ofMillis(millis).toNanos());
    }

    @Test
    void itBeginsOnTheStandInAndSaysSoOnceWhenNobodyWaitsAnyLonger() throws Exception {
        assertThat(call()).isEqualTo(DecidedBy.LOCAL);
        assertThat(asked).isZero();
        assertThat(told).isEmpty();
        up = false;
        probe();
        breaker.waitedEnough();
        breaker.waitedEnough();
        probe();
        assertThat(told).containsExactly("lost: cable pulled");
        up = true;
        assertThat(probe()).isTrue();
        assertThat(call()).isEqualTo(DecidedBy.REDIS);
        assertThat(told).containsExactly("lost: cable pulled", "connected");
    }

    @Test
    void aFirstConnectionThatIsLateIsNoOutage() {
        breaker.waitedEnough();
        assertThat(told).isEmpty();
        probe();
        assertThat(told).containsExactly("connected");
    }

    @Test
    void aReasonThatIsKnownLateIsToldWithTheOutage() {
        breaker.waitedEnough();
        up = false;
        probe();
        probe();
        assertThat(told).containsExactly("lost: cable pulled");
    }

    @Test
    void theStandInKnowsWhatThisNodeHasAdmitted() throws Exception {
        Policy three = Policy.of("three", new Limit.SlidingWindow(3, Duration.ofHours(1)));
        probe();
        for (int i = 0; i < 10; i++) {
            store.tryAcquire(three, key, 1);
        }
        remote.reset(three, key);
        remote.tryAcquire(three, key, 3); // another node's client has used it up
        assertThat(store.tryAcquire(three, Key.ofClient("other"), 1).decidedBy())
                .isEqualTo(DecidedBy.REDIS);
        up = false;
        Outcome late = store.tryAcquire(three, key, 1);
        assertThat(late.decidedBy()).isEqualTo(DecidedBy.LOCAL);
        assertThat(late.decision()).isInstanceOf(Decision.Refused.class);
    }

    @Test
    void oneNodeAdmitsNoMoreThanTheLimitThoughThePrimaryMissedSome() throws Exception {
        Policy three = Policy.of("three", new Limit.SlidingWindow(3, Duration.ofHours(1)));
        probe();
        up = false;
        assertThat(store.tryAcquire(three, key, 1).decision())
                .isInstanceOf(Decision.Admitted.class);
        up = true;
        pass(50);
        int admitted = 1;
        for (int i = 0; i < 10; i++) {
            if (store.tryAcquire(three, key, 1).decision() instanceof Decision.Admitted) {
                admitted++;
            }
        }
        assertThat(admitted).isEqualTo(3);
        assertThat(remote.peek(three, key).get(0).remaining()).isEqualTo(1);
        pass(Duration.ofHours(1).toMillis());
        remote.tryAcquire(three, key, 3);
        remote.reset(three, key); // by another node: seen at once again
        for (int i = 0; i < 3; i++) {
            assertThat(store.tryAcquire(three, key, 1).decidedBy()).isEqualTo(DecidedBy.REDIS);
        }
    }

    @Test
    void whatThePrimaryRefusesUsesUpNothingInTheStandIn() throws Exception {
        Policy three = Policy.of("three", new Limit.SlidingWindow(3, Duration.ofHours(1)));
        probe();
        remote.tryAcquire(three, key, 3);
        for (int i = 0; i < 10; i++) {
            assertThat(store.tryAcquire(three, key, 1).decision())
                    .isInstanceOf(Decision.Refused.class);
        }
        assertThat(standIn.peek(three, key).get(0).remaining()).isEqualTo(3);
    }

    @Test
    void aPauseIsOnlyForPoliciesWithAStandIn() throws Exception {
        probe();
        up = false;
        call();
        up = true;
        assertThat(byRule(OnOutage.FAIL_CLOSED)).isInstanceOf(Decision.Refused.class);
    }

    @Test
    void aPauseShorterThanThePatienceIsNoOutage() throws Exception {
        probe();
        up = false;
        for (int i = 0; i < 100; i++) {
            assertThat(call()).isEqualTo(DecidedBy.LOCAL);
        }
        pass(249);
        assertThat(call()).isEqualTo(DecidedBy.LOCAL);
        up = true;
        pass(50);
        assertThat(call()).isEqualTo(DecidedBy.REDIS);
        up = false;
        pass(10_000);
        call();
        up = true;
        pass(50);
        assertThat(call()).isEqualTo(DecidedBy.REDIS);
        assertThat(told).containsExactly("connected");
    }

    @Test
    void nothingButFailuresIsAnOutageAndNobodyAsksUntilAProbeSucceeds() throws Exception {
        probe();
        up = false;
        call();
        pass(300);
        call();
        assertThat(breaker.store()).isEqualTo(DecidedBy.LOCAL);
        int before = asked;
        for (int i = 0; i < 100; i++) {
            call();
            probe();
            pass(100);
        }
        assertThat(asked).isEqualTo(before);
        assertThat(breaker.since()).isEqualTo(Duration.ofSeconds(10));
        up = true;
        assertThat(call()).isEqualTo(DecidedBy.LOCAL);
        probe();
        assertThat(call()).isEqualTo(DecidedBy.REDIS);
        assertThat(told).containsExactly("connected", "lost: cable pulled", "connected");
    }

    @Test
    void aRequestThatMeetsManyPoliciesWaitsForThePrimaryOnce() throws Exception {
        probe();
        up = false;
        for (int i = 0; i < 10; i++) {
            assertThat(call()).isEqualTo(DecidedBy.LOCAL);
        }
        assertThat(asked).isEqualTo(1);
        pass(49);
        call();
        assertThat(asked).isEqualTo(1);
        pass(1);
        call();
        assertThat(asked).isEqualTo(2);
    }

    @Test
    void probesAloneFindAnOutageWithoutTraffic() {
        probe();
        up = false;
        probe();
        pass(500);
        probe();
        assertThat(breaker.store()).isEqualTo(DecidedBy.LOCAL);
    }

    @Test
    void thePolicySaysWhatDecidesWithoutThePrimary() throws Exception {
        assertThat(byRule(OnOutage.FAIL_OPEN)).isEqualTo(new Decision.Admitted(List.of()));
        assertThat(byRule(OnOutage.FAIL_CLOSED)).isInstanceOf(Decision.Unavailable.class);
        assertThat(byRule(OnOutage.LOCAL)).isInstanceOf(Decision.Refused.class);
        assertThat(byRule(OnOutage.LOCAL_SHARE)).isInstanceOf(Decision.Refused.class);
    }

    private Decision byRule(OnOutage rule) throws Exception {
        Policy base = Policy.of("rule " + rule, new Limit.SlidingWindow(1, Duration.ofHours(1)));
        Policy ruled =
                new Policy(
                        base.name(),
                        base.wireName(),
                        base.key(),
                        base.limits(),
                        1,
                        base.onRefusal(),
                        rule,
                        base.mode(),
                        base.engine(),
                        false);
        store.tryAcquire(ruled, key, 1);
        return store.tryAcquire(ruled, key, 1).decision();
    }

    @Test
    void aResetReachesBothStores() throws Exception {
        Policy once = Policy.of("once", new Limit.SlidingWindow(1, Duration.ofHours(1)));
        store.tryAcquire(once, key, 1);
        probe();
        store.tryAcquire(once, key, 1);
        store.reset(once, key);
        assertThat(standIn.peek(once, key).get(0).remaining()).isEqualTo(1);
        assertThat(remote.peek(once, key).get(0).remaining()).isEqualTo(1);
    }
}
