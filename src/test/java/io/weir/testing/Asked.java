package io.weir.testing;

import io.weir.DecidedBy;
import io.weir.Key;
import io.weir.LimitState;
import io.weir.Policy;
import io.weir.internal.count.Breaker;
import io.weir.internal.count.CountingStore;
import io.weir.internal.count.Heartbeat;
import io.weir.internal.count.Outcome;
import io.weir.internal.count.Receipt;
import io.weir.internal.count.SharedCounts;
import io.weir.internal.count.Silent;
import io.weir.internal.count.Store;
import io.weir.internal.count.StoreUnavailableException;
import io.weir.internal.count.WaitBudget;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** Shared counts by themselves, asked with nothing to tell and all the time there is. */
public final class Asked {

    private Asked() {}

    public static Outcome acquire(SharedCounts counts, Policy policy, Key key, long cost)
            throws StoreUnavailableException {
        if (cost > policy.capacity()) { // which shared counts are not asked for
            return node(counts).tryAcquire(policy, key, cost);
        }
        return outcome(counts.take(policy, key, cost, List.of(), Long.MAX_VALUE), cost);
    }

    private static Outcome outcome(SharedCounts.Answer answer, long cost) {
        SharedCounts.Settlement settlement = answer.settlement();
        Receipt receipt = settlement == null ? Receipt.NOTHING : new Settling(settlement, cost);
        return new Outcome(answer.decision(), DecidedBy.REDIS, receipt);
    }

    /** Waits until it is done. */
    private record Settling(SharedCounts.Settlement settlement, long cost) implements Receipt {
        @Override
        public void giveBack() {
            settle(0);
        }

        @Override
        public boolean settle(long actual) {
            settlement.settle(actual - cost).toCompletableFuture().join();
            return true;
        }
    }

    /** One that has just started, and is served. */
    private static CountingStore node(SharedCounts counts) {
        Breaker breaker = new Breaker(System::nanoTime, 1, new Silent());
        CountingStore node =
                new CountingStore(
                        1, System::nanoTime, () -> {}, counts, breaker, Duration.ofSeconds(5));
        node.probe(() -> new Heartbeat(1, false, Duration.ZERO));
        return node;
    }

    /** As a store, without what a node knows by itself. */
    public static Store alone(SharedCounts counts) {
        return new Store() {
            @Override
            public Outcome tryAcquire(Policy policy, Key key, long cost, WaitBudget budget) {
                try {
                    return acquire(counts, policy, key, cost);
                } catch (StoreUnavailableException e) {
                    throw new AssertionError(e);
                }
            }

            @Override
            public Both tryAcquire(
                    Policy policy, Policy candidate, Key key, long cost, WaitBudget budget) {
                try {
                    SharedCounts.Answers answers =
                            counts.take(
                                    new SharedCounts.Taking(policy, key, cost, List.of()),
                                    new SharedCounts.Taking(candidate, key, cost, List.of()),
                                    Long.MAX_VALUE);
                    return new Both(
                            outcome(answers.first(), cost),
                            outcome(Objects.requireNonNull(answers.second()), cost));
                } catch (StoreUnavailableException e) {
                    throw new AssertionError(e);
                }
            }

            @Override
            public WaitBudget budget() {
                return new WaitBudget(Duration.ZERO);
            }

            @Override
            public List<LimitState> peek(Policy policy, Key key) {
                try {
                    return Asked.peek(counts, policy, key);
                } catch (StoreUnavailableException e) {
                    throw new AssertionError(e);
                }
            }

            @Override
            public void reset(Policy policy, Key key) throws StoreUnavailableException {
                counts.reset(policy, key);
            }
        };
    }

    public static List<LimitState> peek(SharedCounts counts, Policy policy, Key key)
            throws StoreUnavailableException {
        return counts.peek(policy, key, 1, Long.MAX_VALUE).limits();
    }
}
