package io.weir.internal.count;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.Decision;
import io.weir.LimitState;
import io.weir.Policy;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A store with a memory is a store like any other, and is asked less. */
class RefusalMemoryTest extends StoreContract {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final SetTicker ticker = SetTicker.anywhere();
    private final CountingStore counts = new CountingStore(10_000, ticker, () -> {});
    private final CountedThere there = new CountedThere(counts);
    private final Breaker breaker = new Breaker(ticker, 1, new Silent());
    private final CountingStore memory =
            new CountingStore(10_000, ticker, () -> {}, there, breaker, Duration.ofMillis(50));

    @BeforeEach
    void connect() {
        memory.probe(() -> new Heartbeat(2, false, Duration.ZERO));
    }

    @Override
    protected Store store() {
        return memory;
    }

    @Override
    protected Policy engine(Policy policy) {
        return policy;
    }

    @Override
    protected void pass(Duration time) {
        ticker.advance(time.toNanos());
    }

    private Decision take(Policy policy, long cost) {
        return memory.tryAcquire(policy, ADA, cost).decision();
    }

    @Test
    void anAttackOnOneKeyHardlyReachesTheStore() throws Exception {
        Policy policy = policy(sliding(1, HOUR));
        counts.tryAcquire(policy, ADA, 1); // by another node
        Duration first = ((Decision.Refused) take(policy, 1)).retryAfter();
        for (int i = 1; i < 1_000; i++) {
            pass(Duration.ofMillis(1));
            Decision.Refused refused = (Decision.Refused) take(policy, 1);
            assertThat(refused.retryAfter()).isEqualTo(first.minusMillis(i));
            assertThat(refused.limits().get(0).untilNext()).isEqualTo(refused.retryAfter());
            assertThat(refused.violated()).containsExactly(policy.wireName());
        }
        assertThat(there.asked).isEqualTo(1);
        pass(Duration.ofMillis(1));
        take(policy, 1);
        assertThat(there.asked).isEqualTo(2);
    }

    @Test
    void aSmallerCostIsAskedAnewAndALargerOneIsNot() throws Exception {
        Policy policy = policy(sliding(5, HOUR));
        counts.tryAcquire(policy, ADA, 3);
        assertThat(take(policy, 3)).isInstanceOf(Decision.Refused.class);
        assertThat(take(policy, 4)).isInstanceOf(Decision.Refused.class);
        assertThat(there.asked).isEqualTo(1);
        assertThat(take(policy, 2)).isInstanceOf(Decision.Admitted.class);
        assertThat(there.asked).isEqualTo(2);
    }

    @Test
    void aResetByAnotherNodeIsSeenASecondLater() throws Exception {
        Policy policy = policy(sliding(1, HOUR));
        counts.tryAcquire(policy, ADA, 1);
        take(policy, 1);
        counts.reset(policy, ADA);
        pass(SECOND.minusNanos(1));
        assertThat(take(policy, 1)).isInstanceOf(Decision.Refused.class);
        pass(Duration.ofNanos(1));
        assertThat(take(policy, 1)).isInstanceOf(Decision.Admitted.class);
    }

    @Test
    void whatIsToldOfTheOtherLimitsIsNeverOutOfDate() throws Exception {
        Policy policy = policy(sliding(1, HOUR), bucket(10, SECOND, 5));
        counts.tryAcquire(policy, ADA, 1);
        assertThat(left(policy)).containsExactly(0L, 4L);
        pass(Duration.ofMillis(99));
        assertThat(left(policy)).containsExactly(0L, 4L);
        assertThat(there.asked).isEqualTo(1);
        pass(Duration.ofMillis(1));
        assertThat(left(policy)).containsExactly(0L, 5L);
        assertThat(there.asked).isEqualTo(2);
    }

    private List<Long> left(Policy policy) {
        return take(policy, 1).limits().stream().map(LimitState::remaining).toList();
    }
}
