package io.weir.store.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.Decision;
import io.weir.Key;
import io.weir.LimitState;
import io.weir.Policy;
import io.weir.internal.count.Outcome;
import io.weir.internal.count.SetTicker;
import io.weir.internal.count.Store;
import io.weir.internal.count.StoreContract;
import io.weir.internal.count.StoreUnavailableException;
import io.weir.store.local.LocalStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A store with a memory is a store like any other, and is asked less. */
class RefusalMemoryTest extends StoreContract {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final SetTicker ticker = SetTicker.anywhere();
    private final LocalStore counts = new LocalStore(10_000, ticker, () -> {});
    private final AtomicInteger asked = new AtomicInteger();
    private final RefusalMemory memory =
            new RefusalMemory(
                    new Store() {
                        @Override
                        public Outcome tryAcquire(Policy policy, Key key, long cost) {
                            asked.incrementAndGet();
                            return counts.tryAcquire(policy, key, cost);
                        }

                        @Override
                        public List<LimitState> peek(Policy policy, Key key) {
                            return counts.peek(policy, key);
                        }

                        @Override
                        public void reset(Policy policy, Key key) {
                            counts.reset(policy, key);
                        }
                    },
                    ticker);

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

    private Decision take(Policy policy, long cost) throws StoreUnavailableException {
        return memory.tryAcquire(policy, ADA, cost).decision();
    }

    @Test
    void anAttackOnOneKeyHardlyReachesTheStore() throws Exception {
        Policy policy = policy(sliding(1, HOUR));
        take(policy, 1);
        Duration first = ((Decision.Refused) take(policy, 1)).retryAfter();
        for (int i = 1; i < 1_000; i++) {
            pass(Duration.ofMillis(1));
            Decision.Refused refused = (Decision.Refused) take(policy, 1);
            assertThat(refused.retryAfter()).isEqualTo(first.minusMillis(i));
            assertThat(refused.limits().get(0).untilNext()).isEqualTo(refused.retryAfter());
            assertThat(refused.violated()).containsExactly(policy.wireName());
        }
        assertThat(asked).hasValue(2);
        pass(Duration.ofMillis(1));
        take(policy, 1);
        assertThat(asked).hasValue(3);
    }

    @Test
    void aSmallerCostIsAskedAnewAndALargerOneIsNot() throws Exception {
        Policy policy = policy(sliding(5, HOUR));
        take(policy, 3);
        assertThat(take(policy, 3)).isInstanceOf(Decision.Refused.class);
        assertThat(take(policy, 4)).isInstanceOf(Decision.Refused.class);
        assertThat(asked).hasValue(2);
        assertThat(take(policy, 2)).isInstanceOf(Decision.Admitted.class);
        assertThat(asked).hasValue(3);
    }

    @Test
    void aResetByAnotherNodeIsSeenASecondLater() throws Exception {
        Policy policy = policy(sliding(1, HOUR));
        take(policy, 1);
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
        take(policy, 1);
        assertThat(left(policy)).containsExactly(0L, 4L);
        pass(Duration.ofMillis(99));
        assertThat(left(policy)).containsExactly(0L, 4L);
        assertThat(asked).hasValue(2);
        pass(Duration.ofMillis(1));
        assertThat(left(policy)).containsExactly(0L, 5L);
        assertThat(asked).hasValue(3);
    }

    private List<Long> left(Policy policy) throws StoreUnavailableException {
        return take(policy, 1).limits().stream().map(LimitState::remaining).toList();
    }
}
