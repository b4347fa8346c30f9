package io.weir.internal.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.Decision;
import io.weir.Engine;
import io.weir.Key;
import io.weir.Limit;
import io.weir.OnOutage;
import io.weir.Policy;
import io.weir.internal.count.Breaker;
import io.weir.internal.count.CountingStore;
import io.weir.internal.count.Heartbeat;
import io.weir.internal.count.Outcome;
import io.weir.internal.count.Silent;
import io.weir.internal.count.StoreUnavailableException;
import io.weir.internal.count.Ticker;
import io.weir.testing.Policies;
import io.weir.testing.RealRedis;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a store says that it would answer is what it then answers, with a real Redis: each engine
 * and kind of limit, any cost, every rule for outages, another node beside it, what one of them has
 * admitted alone, and what Redis has forgotten.
 */
class ExplainOnRedisTest {

    private static final Duration DEADLINE = Duration.ofSeconds(5);
    private static final Ticker CLOCK = System::nanoTime;
    private static final long SEED = 20261129;

    private final Random random = new Random(SEED);
    private RealRedis redis;
    private RedisCounts counts;
    private RedisCounts others;
    private Breaker breaker;
    private CountingStore node;
    private CountingStore other;
    private boolean away;

    @BeforeEach
    void start() throws InterruptedException {
        redis = RealRedis.started();
        counts = new RedisCounts(redis.settings(DEADLINE), () -> "shop", false);
        others = new RedisCounts(redis.settings(DEADLINE), () -> "shop", false);
        breaker = new Breaker(CLOCK, 2, new Silent());
        node = new CountingStore(1_000, CLOCK, () -> {}, counts, breaker, DEADLINE);
        Breaker second = new Breaker(CLOCK, 2, new Silent());
        other = new CountingStore(1_000, CLOCK, () -> {}, others, second, DEADLINE);
        beat(node, counts);
        beat(other, others);
    }

    @AfterEach
    void stop() {
        counts.close();
        others.close();
        redis.close();
    }

    private static void beat(CountingStore store, RedisCounts there) throws InterruptedException {
        for (int i = 0; !store.probe(there::probe); i++) {
            assertThat(i).isLessThan(200);
            Thread.sleep(50);
        }
    }

    private static final List<List<Limit>> LIMITS =
            List.of(
                    List.of(new Limit.SlidingWindow(7, Duration.ofHours(1))),
                    List.of(new Limit.TokenBucket(6, Duration.ofHours(1), 7)),
                    List.of(new Limit.CalendarQuota(7, Limit.Period.MONTH, ZoneOffset.UTC)),
                    List.of(
                            new Limit.SlidingWindow(5, Duration.ofHours(1)),
                            new Limit.TokenBucket(6, Duration.ofHours(2), 9),
                            new Limit.CalendarQuota(8, Limit.Period.DAY, ZoneOffset.UTC)));

    private List<Policy> policies() {
        List<Policy> policies = new ArrayList<>();
        for (List<Limit> limits : LIMITS) {
            for (Engine engine : Engine.values()) {
                for (OnOutage onOutage : OnOutage.values()) {
                    for (boolean back : new boolean[] {false, true}) {
                        policies.add(
                                Policies.named("p" + policies.size())
                                        .limits(limits.toArray(new Limit[0]))
                                        .engine(engine)
                                        .onOutage(onOutage)
                                        .givesBack(back)
                                        .policy());
                    }
                }
            }
        }
        return policies;
    }

    private void happens(Policy policy, Key key) throws Exception {
        switch (random.nextInt(10)) {
            case 0 -> {
                away = !away;
                if (away) {
                    while (!breaker.degraded()) {
                        node.probe(ExplainOnRedisTest::fail);
                        Thread.sleep(5);
                    }
                } else {
                    beat(node, counts);
                }
            }
            case 1, 2 -> other.tryAcquire(policy, key, 1 + random.nextInt(2), other.budget());
            case 3 -> others.reset(policy, key); // which no heartbeat tells in time
            default -> {}
        }
    }

    private static Heartbeat fail() throws StoreUnavailableException {
        throw new StoreUnavailableException("a test has taken it away", null);
    }

    @Test
    void whatIsSaidIsWhatIsAnswered() throws Exception {
        int refused = 0;
        for (Policy policy : policies()) {
            Key key = Key.ofClient("203.0.113.7");
            for (int i = 0; i < 12; i++) {
                happens(policy, key);
                long cost = 1 + random.nextInt(4);
                Outcome said = node.preview(policy, key, cost);
                Outcome got = node.tryAcquire(policy, key, cost, node.budget());
                String what = "%s, call %s of %s, away %s: %s, %s";
                what = what.formatted(policy, i, cost, away, said, got);
                assertThat(said.decision()).as(what).hasSameClassAs(got.decision());
                assertThat(said.decidedBy()).as(what).isEqualTo(got.decidedBy());
                if (said.decision() instanceof Decision.Refused before
                        && got.decision() instanceof Decision.Refused after) {
                    refused++;
                    assertThat(before.violated()).as(what).isEqualTo(after.violated());
                    assertThat(before.retryAfter().minus(after.retryAfter()).abs())
                            .as(what)
                            .isLessThan(Duration.ofSeconds(2)); // as long as the machine is slow
                }
            }
            if (away) {
                away = false;
                beat(node, counts);
            }
        }
        assertThat(refused).isGreaterThan(200);
    }
}
