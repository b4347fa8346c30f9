package io.weir.internal.count;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.Decision;
import io.weir.Engine;
import io.weir.Key;
import io.weir.Limit;
import io.weir.Policy;
import io.weir.testing.Policies;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What nodes use of permits that they have taken ahead keeps the limit, all nodes together. */
class LeaseTest {

    private static final Key KEY = Key.ofClient("203.0.113.7");
    private static final long MILLI = 1_000_000;

    /** Counts of all nodes, some way off. */
    private static final class Shared implements SharedCounts {
        private final SetTicker ticker;
        private final Random random;
        private final CountingStore counts;
        private final Map<Policy, Policy> counted = new HashMap<>();
        private long latency;
        private Runnable meanwhile = () -> {};
        private boolean up = true;

        /** When it has counted the last admission. */
        private long at;

        private int asked;

        Shared(SetTicker ticker, Random random) {
            this.ticker = ticker;
            this.random = random;
            this.counts = new CountingStore(1_000, ticker, () -> {});
        }

        private Policy counted(Policy policy) {
            return counted.computeIfAbsent(policy, Policies::shared);
        }

        private void travel() {
            if (latency > 0) {
                ticker.advance(random.nextLong(latency));
                meanwhile.run();
            }
        }

        @Override
        public Answer take(Policy policy, Key key, long cost, List<Debt> debts, long budget)
                throws StoreUnavailableException {
            asked++;
            travel();
            if (!up) {
                throw new StoreUnavailableException(
                        StoreUnavailableException.Kind.NOT_COUNTED, "away");
            }
            Outcome outcome = counts.tryAcquire(counted(policy), key, cost);
            long now = ticker.nanoTime();
            travel();
            at = now;
            return new Answer(
                    outcome.decision(),
                    more -> {
                        outcome.receipt().settle(cost + more);
                        return CompletableFuture.completedFuture(null);
                    });
        }

        @Override
        public boolean countsDebts(Policy policy) {
            return false;
        }

        @Override
        public Decision peek(Policy policy, Key key, long cost, long budget) {
            return counts.preview(counted(policy), key, cost).decision();
        }

        @Override
        public void reset(Policy policy, Key key) throws StoreUnavailableException {
            counts.reset(counted(policy), key);
        }
    }

    /** What was used of one limit, by all nodes. */
    private static final class Truth {
        private final Limit limit;
        private final List<long[]> used = new ArrayList<>();

        Truth(Limit limit) {
            this.limit = limit;
        }

        /** Whether so much is used in no interval; calls within calls are told out of order. */
        boolean keeps(long at, long cost) {
            int index = used.size();
            while (index > 0 && used.get(index - 1)[0] - at > 0) {
                index--;
            }
            used.add(index, new long[] {at, cost});
            for (int last = index; last < used.size(); last++) {
                if (!keepsUntil(last)) {
                    return false;
                }
            }
            return true;
        }

        private boolean keepsUntil(int last) {
            long window = limit.window().toNanos();
            long sum = 0;
            for (int i = last; i >= 0; i--) {
                long passed = used.get(last)[0] - used.get(i)[0];
                if (limit instanceof Limit.TokenBucket bucket) {
                    sum += used.get(i)[1];
                    double back = (double) passed * bucket.permits() / window;
                    if (sum > bucket.burst() + back + 1e-6) {
                        return false;
                    }
                } else if (passed < window) {
                    sum += used.get(i)[1];
                } else {
                    break;
                }
            }
            return limit instanceof Limit.TokenBucket || sum <= limit.permits();
        }
    }

    /** Nodes, their clock, and what they count together. */
    private static final class Run {
        private final Random random;
        private final long seed;
        private final SetTicker ticker;
        private final Shared shared;
        private final Policy policy;
        private final List<CountingStore> nodes = new ArrayList<>();
        private final List<Truth> truths;
        private final int size;
        private int depth;
        private int admitted;
        private int decided;

        Run(long seed) {
            this.seed = seed;
            random = new Random(seed);
            ticker = new SetTicker(random.nextLong());
            shared = new Shared(ticker, random);
            policy = policy();
            truths = policy.limits().stream().map(Truth::new).toList();
            size = 1 + random.nextInt(6);
            for (int i = 0; i < size; i++) {
                nodes.add(node());
            }
            shared.latency = random.nextInt(3) == 0 ? 0 : 2 * MILLI;
            shared.meanwhile =
                    () -> {
                        if (depth < 2 && random.nextInt(4) == 0) {
                            call();
                        }
                    };
        }

        private Policy policy() {
            List<Limit> limits = new ArrayList<>();
            long millis = 100 + random.nextInt(5_000);
            int kind = random.nextInt(4);
            if (kind != 1) {
                limits.add(
                        new Limit.SlidingWindow(
                                50 + random.nextInt(3_000), Duration.ofMillis(millis)));
            }
            if (kind == 1 || kind == 2) {
                limits.add(
                        new Limit.TokenBucket(
                                1 + random.nextInt(3_000),
                                Duration.ofMillis(millis),
                                50 + random.nextInt(3_000)));
            }
            if (kind == 3) {
                limits.add(
                        new Limit.SlidingWindow(
                                1_000 + random.nextInt(3_000), Duration.ofMillis(7 * millis)));
            }
            return Policies.named("hot")
                    .limits(limits.toArray(Limit[]::new))
                    .engine(Engine.SCRIPT)
                    .lease(Duration.ofMillis(10 + random.nextInt(200)))
                    .policy();
        }

        private CountingStore node() {
            Breaker breaker = new Breaker(ticker, size, new Silent());
            CountingStore store =
                    new CountingStore(
                            100, ticker, () -> {}, shared, breaker, Duration.ofMillis(50));
            beat(store);
            return store;
        }

        private void beat(CountingStore node) {
            node.probe(
                    () -> {
                        if (!shared.up) {
                            throw new StoreUnavailableException("away", null);
                        }
                        return new Heartbeat(size, false, Duration.ZERO);
                    });
            node.sweep();
        }

        void decide(int steps) {
            int favourite = random.nextInt(size);
            for (int i = 0; i < steps; i++) {
                switch (random.nextInt(40)) {
                    case 0 -> beat(nodes.get(random.nextInt(size)));
                    case 1 -> ticker.advance(random.nextLong(300 * MILLI));
                    case 2 -> favourite = random.nextInt(size);
                    case 3 -> {
                        if (random.nextInt(10) == 0) { // it dies, or goes
                            CountingStore gone = nodes.set(favourite, node());
                            if (random.nextBoolean()) {
                                gone.close();
                            }
                        }
                    }
                    default -> ticker.advance(random.nextLong(3 * MILLI));
                }
                int calls = 1 + random.nextInt(20);
                for (int c = 0; c < calls; c++) {
                    ticker.advance(random.nextLong(MILLI / 10));
                    call(nodes.get(random.nextInt(3) > 0 ? favourite : random.nextInt(size)));
                }
            }
        }

        private void call() {
            call(nodes.get(random.nextInt(size)));
        }

        private void call(CountingStore node) {
            depth++;
            long cost = random.nextInt(5) == 0 ? 1 + random.nextInt(20) : 1;
            int before = shared.asked;
            Outcome outcome = node.tryAcquire(policy, KEY, Math.min(cost, policy.capacity()));
            depth--;
            decided++;
            if (outcome.decision() instanceof Decision.Admitted) {
                admitted++;
                long at = shared.asked > before ? shared.at : ticker.nanoTime();
                for (Truth truth : truths) {
                    assertThat(truth.keeps(at, Math.min(cost, policy.capacity())))
                            .as("%s: %s", this, truth.limit)
                            .isTrue();
                }
            }
        }

        @Override
        public String toString() {
            return "seed "
                    + seed
                    + ", "
                    + size
                    + " nodes, "
                    + policy.limits()
                    + ", lease "
                    + policy.lease();
        }
    }

    @Test
    void anAdmissionOfWhatWasTakenAheadGoesOverAWire() throws Exception {
        SetTicker ticker = SetTicker.anywhere();
        CountedThere shared = new CountedThere(new CountingStore(100, ticker, () -> {}));
        Breaker breaker = new Breaker(ticker, 1, new Silent());
        CountingStore node =
                new CountingStore(100, ticker, () -> {}, shared, breaker, Duration.ofMillis(50));
        node.probe(() -> new Heartbeat(1, false, Duration.ZERO));
        Policy policy =
                Policies.named("hot")
                        .limits(new Limit.SlidingWindow(10_000, Duration.ofMinutes(1)))
                        .lease(Duration.ofMillis(100))
                        .policy();
        int asked = -1;
        Decision decision = new Decision.Admitted(List.of());
        while (shared.asked != asked) { // until a call needs nobody
            asked = shared.asked;
            decision = node.tryAcquire(policy, KEY, 1).decision();
        }
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        new ObjectOutputStream(wire).writeObject(decision);
        Object read =
                new ObjectInputStream(new ByteArrayInputStream(wire.toByteArray())).readObject();
        assertThat(((Decision) read).limits()).hasSize(1).isEqualTo(decision.limits());
    }

    @Test
    void allNodesTogetherKeepTheLimit() {
        long first = new Random().nextLong();
        int asked = 0;
        int decided = 0;
        for (int i = 0; i < 200; i++) {
            Run run = new Run(first + i);
            run.decide(60);
            asked += run.shared.asked;
            decided += run.decided;
        }
        assertThat(asked).isLessThan(decided / 2);
    }
}
