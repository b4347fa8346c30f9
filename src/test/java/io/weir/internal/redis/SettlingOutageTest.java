package io.weir.internal.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.CountWhen;
import io.weir.DecidedBy;
import io.weir.Decision;
import io.weir.Engine;
import io.weir.Key;
import io.weir.Limit;
import io.weir.Policy;
import io.weir.internal.count.Breaker;
import io.weir.internal.count.CountingStore;
import io.weir.internal.count.Outcome;
import io.weir.internal.count.Silent;
import io.weir.internal.count.Ticker;
import io.weir.testing.Policies;
import io.weir.testing.RealRedis;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is settled while Redis is away: here exactly and at once, and there when it is back. */
class SettlingOutageTest {

    private static final Duration DEADLINE = Duration.ofMillis(500);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Ticker CLOCK = System::nanoTime;
    private static final Key ADA = Key.ofClient("203.0.113.7");

    private final List<Policy> policies =
            List.of(
                    policy("window", new Limit.SlidingWindow(100, HOUR)),
                    policy("bucket", new Limit.TokenBucket(1, HOUR, 100)),
                    policy(
                            "quota",
                            new Limit.CalendarQuota(100, Limit.Period.MONTH, ZoneOffset.UTC)),
                    policy(
                            "both",
                            new Limit.SlidingWindow(100, HOUR),
                            new Limit.TokenBucket(1, HOUR, 100)));

    private RealRedis redis;
    private RedisCounts counts;
    private RedisCounts others;
    private CountingStore node;

    private static Policy policy(String name, Limit... limits) {
        return Policies.named(name)
                .limits(limits)
                .countWhen(CountWhen.SETTLED)
                .engine(Engine.SCRIPT)
                .policy();
    }

    @BeforeEach
    void start() throws InterruptedException {
        redis = RealRedis.started();
        counts = new RedisCounts(redis.settings(DEADLINE), () -> "shop", false);
        others = Fixtures.connected(redis);
        Breaker breaker = new Breaker(CLOCK, 1, new Silent());
        node = new CountingStore(100, CLOCK, () -> {}, counts, breaker, DEADLINE);
        beatUntil(true);
    }

    @AfterEach
    void stop() {
        counts.close();
        others.close();
        redis.close();
    }

    private void beatUntil(boolean serves) throws InterruptedException {
        beatUntil(node, counts, serves);
    }

    private static void beatUntil(CountingStore node, RedisCounts counts, boolean serves)
            throws InterruptedException {
        for (int i = 0; node.probe(counts::probe) != serves; i++) {
            assertThat(i).isLessThan(200);
            Thread.sleep(50);
        }
    }

    private Outcome take(Policy policy, long cost) {
        return node.tryAcquire(policy, ADA, cost, node.budget());
    }

    private long usedThere(Policy policy) throws Exception {
        return others.peek(policy, ADA, 1, DEADLINE.multipliedBy(10).toNanos()).limits().stream()
                .mapToLong(limit -> limit.permits() - limit.remaining())
                .max()
                .orElseThrow();
    }

    /** One of two numbers, or up to so many more: soon, for nobody waits for what is given back. */
    private void assertUsed(Policy policy, long one, long other, long more) throws Exception {
        long until = System.nanoTime() + DEADLINE.multipliedBy(10).toNanos();
        LongPredicate expected =
                n -> n == one || n == other || (more > 0 && n > other && n <= one + more);
        while (!expected.test(usedThere(policy)) && System.nanoTime() - until < 0) {
            Thread.sleep(10);
        }
        assertThat(usedThere(policy)).as(policy.name()).matches(expected::test);
    }

    private long admitted(Policy policy) {
        for (int i = 0; ; i++) {
            if (!(take(policy, 1).decision() instanceof Decision.Admitted)) {
                return i;
            }
        }
    }

    @Test
    void whileItHangsNobodyWaitsAndNothingIsLost() throws Exception {
        for (Policy policy : policies) {
            Outcome more = take(policy, 10);
            Outcome less = take(policy, 40);
            assertThat(less.decidedBy()).isEqualTo(DecidedBy.REDIS);
            redis.freeze();
            long begun = System.nanoTime();
            assertThat(more.receipt().settle(15)).isTrue();
            assertThat(less.receipt().settle(20)).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(DEADLINE);
            beatUntil(false);
            Outcome away = take(policy, 5);
            assertThat(away.decidedBy()).isEqualTo(DecidedBy.LOCAL);
            away.receipt().settle(25);
            redis.thaw();
            beatUntil(true);
            assertThat(take(policy, 1).decidedBy()).isEqualTo(DecidedBy.REDIS);
            // What was sent before it hung may have been lost: then 20 more are used there.
            assertThat(usedThere(policy)).as(policy.name()).isIn(61L, 81L);
            assertThat(admitted(policy)).as(policy.name()).isIn(39L, 19L);
        }
    }

    @Test
    void whatWasSettledHoldsThoughItHasForgottenAll() throws Exception {
        for (Policy policy : policies) {
            Outcome more = take(policy, 10);
            redis.kill();
            more.receipt().settle(40);
            beatUntil(false);
            take(policy, 10).receipt().settle(30);
            redis.start();
            beatUntil(true);
            assertThat(admitted(policy)).as(policy.name()).isEqualTo(30);
        }
    }

    /** What is used there is what all have cost, whichever node has said it, and when. */
    @Test
    void twoNodesSettleExactlyThroughAnOutage() throws Exception {
        try (RedisCounts ofOther =
                new RedisCounts(redis.settings(DEADLINE.multipliedBy(10)), () -> "shop", false)) {
            Breaker breaker = new Breaker(CLOCK, 1, new Silent());
            CountingStore other =
                    new CountingStore(
                            100, CLOCK, () -> {}, ofOther, breaker, DEADLINE.multipliedBy(10));
            beatUntil(other, ofOther, true);
            for (Policy policy : policies) {
                AtomicLong cost = new AtomicLong();
                ExecutorService threads = Executors.newFixedThreadPool(8);
                try {
                    List<Future<?>> calls = new ArrayList<>();
                    for (int i = 0; i < 40; i++) {
                        CountingStore store = i % 2 == 0 ? node : other;
                        long actual = i % 3;
                        calls.add(
                                threads.submit(
                                        () -> {
                                            Outcome taken =
                                                    store.tryAcquire(
                                                            policy, ADA, 1, store.budget());
                                            taken.receipt().settle(actual);
                                            cost.addAndGet(actual);
                                        }));
                    }
                    for (Future<?> call : calls) {
                        call.get();
                    }
                } finally {
                    threads.shutdownNow();
                }
                Outcome open = other.tryAcquire(policy, ADA, 5, other.budget());
                assertThat(take(policy, 1).decidedBy()).isEqualTo(DecidedBy.REDIS);
                // A bucket may get too little back of calls beside each other, never too much.
                boolean bucket =
                        policy.limits().stream().anyMatch(Limit.TokenBucket.class::isInstance);
                assertUsed(policy, cost.get() + 6, cost.get() + 6, bucket ? 14 : 0);
                redis.freeze();
                beatUntil(other, ofOther, false);
                beatUntil(false); // asks nobody for a moment now
                take(policy, 5).receipt().settle(10);
                assertThat(open.receipt().settle(8)).isTrue();
                redis.thaw();
                beatUntil(true);
                beatUntil(other, ofOther, true);
                assertThat(take(policy, 1).decidedBy()).isEqualTo(DecidedBy.REDIS);
                other.tryAcquire(policy, ADA, 1, other.budget());
                // What was sent while it hung may have been lost: then 3 fewer are used there.
                assertUsed(policy, cost.get() + 21, cost.get() + 18, bucket ? 14 : 0);
            }
        }
    }
}
