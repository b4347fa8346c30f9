package io.weir.internal.count;

import static io.weir.internal.count.OutageCounters.Reason.BUSY;
import static io.weir.internal.count.OutageCounters.Reason.DEADLINE;
import static io.weir.internal.count.OutageCounters.Reason.FAILED;
import static io.weir.internal.count.OutageCounters.Reason.LOST_COUNTS;
import static io.weir.internal.count.OutageCounters.Reason.OUTAGE;
import static io.weir.internal.count.OutageCounters.Reason.PAUSE;
import static io.weir.internal.count.OutageCounters.Reason.SPENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.DecidedBy;
import io.weir.Key;
import io.weir.Limit;
import io.weir.OnOutage;
import io.weir.Policy;
import io.weir.testing.Policies;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each decision that Redis should have made has a reason, and no other has. */
class OutageCountersTest {

    private static final Duration DEADLINE_OF_ALL = Duration.ofMillis(50);

    private final SetTicker ticker = SetTicker.anywhere();
    private final Breaker breaker = new Breaker(ticker, 1, new Silent());
    private final CountedThere there = new CountedThere(new CountingStore(100, ticker, () -> {}));
    private final CountingStore store =
            new CountingStore(100, ticker, () -> {}, there, breaker, DEADLINE_OF_ALL);
    private final Key key = Key.ofClient("203.0.113.7");
    private final Policy policy = of(OnOutage.LOCAL);
    private long standIns;

    private static Policy of(OnOutage onOutage) {
        return Policies.named("p")
                .limits(new Limit.SlidingWindow(1_000, Duration.ofHours(1)))
                .onOutage(onOutage)
                .policy();
    }

    private void call(Policy of, WaitBudget budget) {
        if (store.tryAcquire(of, key, 1, budget).decidedBy() != DecidedBy.REDIS) {
            standIns++;
        }
    }

    private void call() {
        call(policy, store.budget());
    }

    private void probe(boolean lost) {
        store.probe(() -> new Heartbeat(1, lost, Duration.ZERO, List.of()));
    }

    private Map<OutageCounters.Reason, Long> counted() {
        Map<OutageCounters.Reason, Long> counted = new EnumMap<>(OutageCounters.Reason.class);
        for (OutageCounters.Reason reason : OutageCounters.Reason.values()) {
            long decisions = breaker.counters().decisions(reason);
            if (decisions > 0) {
                counted.put(reason, decisions);
            }
        }
        return counted;
    }

    @AfterEach
    void noneWithoutAReasonAndNoReasonWithoutOne() {
        assertThat(
                        Arrays.stream(OutageCounters.Reason.values())
                                .mapToLong(breaker.counters()::decisions)
                                .sum())
                .isEqualTo(standIns);
    }

    @Test
    void anOutageWhateverThePolicySays() {
        for (OnOutage onOutage : OnOutage.values()) {
            call(of(onOutage), store.budget());
        }
        assertThat(counted()).isEqualTo(Map.of(OUTAGE, 4L));
    }

    @Test
    void whatRedisDecidesIsNone() {
        probe(false);
        call();
        assertThat(counted()).isEmpty();
    }

    @Test
    void anErrorAndThePauseAfterIt() {
        probe(false);
        there.up = false;
        call();
        call();
        call(of(OnOutage.FAIL_CLOSED), store.budget()); // asks whatever was a moment ago
        assertThat(counted()).isEqualTo(Map.of(FAILED, 2L, PAUSE, 1L));
    }

    @Test
    void aMissedDeadlineAndWhatTheOperationStillAsks() {
        probe(false);
        there.during = () -> ticker.advance(DEADLINE_OF_ALL.toNanos());
        there.denies = true; // after as long as it may take
        WaitBudget operation = store.budget();
        call(policy, operation);
        ticker.advance(Breaker.PAUSE.toNanos());
        call(policy, operation);
        assertThat(counted()).isEqualTo(Map.of(DEADLINE, 1L, SPENT, 1L));
    }

    @Test
    void beingBusy() {
        probe(false);
        there.busy = true;
        call();
        assertThat(counted()).isEqualTo(Map.of(BUSY, 1L));
    }

    @Test
    void aShareAfterALoss() {
        Policy two =
                Policies.named("p")
                        .limits(new Limit.SlidingWindow(2, Duration.ofHours(1)))
                        .onOutage(OnOutage.LOCAL_SHARE)
                        .policy();
        store.probe(() -> new Heartbeat(2, true, Duration.ZERO, List.of()));
        call(two, store.budget());
        call(two, store.budget());
        assertThat(counted()).isEqualTo(Map.of(LOST_COUNTS, 1L));
    }

    @Test
    void lossesOfAMinuteAreOne() {
        probe(true);
        probe(true);
        assertThat(breaker.counters().losses()).isEqualTo(1);
        ticker.advance(Heartbeats.TOLD_AGAIN.toNanos());
        probe(true);
        assertThat(breaker.counters().losses()).isEqualTo(2);
    }
}
