package io.weir.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.CountWhen;
import io.weir.Decision;
import io.weir.Engine;
import io.weir.Key;
import io.weir.Limit;
import io.weir.Policy;
import io.weir.internal.count.RemoteCounts;
import io.weir.internal.count.SharedCounts;
import io.weir.internal.count.StoreUnavailableException;
import io.weir.internal.redis.RedisCounts;
import io.weir.internal.redis.RedisSettings;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * A Redis that is made older answers as memory does, of which the clock was moved. Without the
 * library's own counts in front of it, which would refuse whatever Redis has lost.
 *
 * <p>Real time passes in Redis, too: all limits here come free at whole minutes, and a try takes
 * less than one.
 */
class RedisLikeMemoryTest {

    private static final long BUDGET = Duration.ofSeconds(20).toNanos();

    private static final List<Policy> POLICIES =
            List.of(
                    Policy.of("rrl", new Limit.SlidingWindow(5, Duration.ofMinutes(60))),
                    byScript(Policy.of("log", new Limit.SlidingWindow(5, Duration.ofMinutes(60)))),
                    Policy.of("bucket", new Limit.TokenBucket(20, Duration.ofMinutes(60), 4)),
                    Policy.of(
                            "large", new Limit.TokenBucket(6, Duration.ofMinutes(60), 10_000_000)),
                    Policy.of(
                            "both",
                            new Limit.SlidingWindow(3, Duration.ofMinutes(10)),
                            new Limit.TokenBucket(60, Duration.ofHours(1), 6)),
                    settled(
                            Policy.of(
                                    "open",
                                    new Limit.SlidingWindow(9, Duration.ofMinutes(60)),
                                    new Limit.TokenBucket(20, Duration.ofMinutes(60), 7))),
                    settled(
                            Policy.of(
                                    "days",
                                    new Limit.SlidingWindow(8, Duration.ofMinutes(20)),
                                    new Limit.CalendarQuota(9, Limit.Period.DAY, ZoneOffset.UTC))));

    private static Policy settled(Policy policy) {
        return byScript(policy, CountWhen.SETTLED);
    }

    private static Policy byScript(Policy policy) {
        return byScript(policy, policy.conduct().countWhen());
    }

    private static Policy byScript(Policy policy, CountWhen when) {
        Policy.Conduct usual = policy.conduct();
        return policy.with(
                new Policy.Conduct(
                        usual.mode(),
                        usual.onRefusal(),
                        usual.onOutage(),
                        Engine.SCRIPT,
                        when,
                        usual.failures(),
                        usual.lease()));
    }

    private static TestRedis redis;
    private static RedisCounts counts;

    /** All buckets end so many milliseconds from now; how many there were. */
    private static final String ENDS =
            """
            local prefix = string.sub(KEYS[1], 1, -6)
            local ends = 0
            for _, key in ipairs(redis.call('KEYS', prefix .. '*:bucket*')) do
                ends = ends + redis.call('PEXPIRE', key, ARGV[1])
            end
            return { ends }
            """;

    /**
     * One step: permits of a policy, or, with none, minutes.
     *
     * @param settled how many permits more, or fewer, the last admission of the policy turns out to
     *     cost
     */
    record Step(int policy, long cost, int minutes, long settled) {}

    /** What was admitted in both, at the same cost. After an hour a node settles no more. */
    private record Open(
            SharedCounts.Settlement memory, SharedCounts.Settlement real, long cost, Instant ends) {

        void settle(long by) throws Exception {
            long more = Math.max(by, -cost);
            memory.settle(more).toCompletableFuture().get(20, TimeUnit.SECONDS);
            real.settle(more).toCompletableFuture().get(20, TimeUnit.SECONDS);
        }
    }

    @BeforeContainer
    static void start() throws Exception {
        redis = TestRedis.started();
        RedisSettings settings =
                new RedisSettings(
                        RedisSettings.Topology.SINGLE,
                        List.of(redis.url()),
                        Optional.empty(),
                        0,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Duration.ofSeconds(20));
        counts = new RedisCounts(settings, () -> "property", false);
        for (int tries = 1; ; tries++) {
            try {
                counts.connect();
                return;
            } catch (StoreUnavailableException e) {
                if (tries == 20) { // of a machine that is busy
                    throw e;
                }
            }
        }
    }

    @AfterContainer
    static void stop() {
        counts.close();
        redis.stop();
    }

    @Property(tries = 150, shrinking = ShrinkingMode.BOUNDED)
    void theyAgree(@ForAll("steps") List<Step> steps) throws Exception {
        SharedUnderTest real = new SharedUnderTest(counts, () -> {}, closed -> {});
        StoppedClock clock = new StoppedClock(by -> {});
        RemoteCounts memory = new MemoryCounts(clock);
        real.begin();
        Map<Integer, Open> open = new HashMap<>();
        for (Step step : steps) {
            if (step.settled() != 0) {
                Open last = open.remove(step.policy());
                if (last != null && clock.date().isBefore(last.ends())) {
                    last.settle(step.settled());
                }
            } else if (step.cost() == 0) {
                Duration by = Duration.ofMinutes(step.minutes());
                Instant before = clock.date();
                clock.advance(by);
                real.makeOlder(by, before, clock.date());
            } else {
                Policy policy = POLICIES.get(step.policy());
                Key key = Key.ofClient("192.0.2.1");
                SharedCounts.Answer there =
                        memory.take(policy, key, step.cost(), List.of(), BUDGET);
                SharedCounts.Answer here = real.take(policy, key, step.cost(), List.of(), BUDGET);
                Decision expected = there.decision();
                Decision found = here.decision();
                if (there.settlement() != null && here.settlement() != null) {
                    open.put(
                            step.policy(),
                            new Open(
                                    there.settlement(),
                                    here.settlement(),
                                    step.cost(),
                                    clock.date().plusSeconds(3_600)));
                }
                assertThat(found).as("%s, %s", policy.name(), step).hasSameClassAs(expected);
                // The end of a day is told by the clock of Redis, which stays where it is.
                if (found instanceof Decision.Refused refused && !policy.name().equals("days")) {
                    Duration wait = ((Decision.Refused) expected).retryAfter();
                    assertThat(refused.retryAfter())
                            .as("%s, %s", policy.name(), step)
                            .isBetween(wait.minusMinutes(1), wait);
                }
            }
        }
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Step> take =
                Combinators.combine(
                                Arbitraries.integers().between(0, POLICIES.size() - 1),
                                Arbitraries.longs().between(1, 3))
                        .as((policy, cost) -> new Step(policy, cost, 0, 0));
        Arbitrary<Step> move =
                Arbitraries.integers().between(1, 70).map(minutes -> new Step(0, 0, minutes, 0));
        Arbitrary<Step> settle =
                Combinators.combine(
                                Arbitraries.integers().between(5, POLICIES.size() - 1),
                                Arbitraries.of(-3L, -2L, -1L, 1L, 2L))
                        .as((policy, by) -> new Step(policy, 0, 0, by));
        return Arbitraries.frequencyOf(Tuple.of(4, take), Tuple.of(1, move), Tuple.of(1, settle))
                .list()
                .ofMinSize(5)
                .ofMaxSize(40);
    }

    @Property(tries = 15)
    void quotasEndTogether(@ForAll("hours") List<Integer> hours) throws Exception {
        Policy policy =
                Policy.of(
                        "quota",
                        new Limit.CalendarQuota(2, Limit.Period.DAY, ZoneOffset.UTC),
                        new Limit.CalendarQuota(
                                9, Limit.Period.WEEK_FROM_MONDAY, ZoneId.of("Europe/Paris")));
        SharedUnderTest real = new SharedUnderTest(counts, () -> {}, closed -> {});
        StoppedClock clock = new StoppedClock(by -> {});
        RemoteCounts memory = new MemoryCounts(clock);
        real.begin();
        Key key = Key.ofClient("192.0.2.1");
        for (int by : hours) {
            for (int i = 0; i < 3; i++) {
                assertThat(real.take(policy, key, 1, List.of(), BUDGET).decision())
                        .hasSameClassAs(memory.take(policy, key, 1, List.of(), BUDGET).decision());
            }
            Instant before = clock.date();
            clock.advance(Duration.ofHours(by));
            real.makeOlder(Duration.ofHours(by), before, clock.date());
        }
    }

    /** Redis says of such a key that it has 0 milliseconds left. */
    @Example
    void aBucketThatEndsInThisMillisecond() throws Exception {
        SharedUnderTest real = new SharedUnderTest(counts, () -> {}, closed -> {});
        real.begin();
        Policy policy = Policy.of("ends", new Limit.TokenBucket(20, Duration.ofMinutes(60), 4));
        for (int i = 0; i < 300; i++) {
            real.take(policy, Key.ofClient("192.0.2.1"), 1, List.of(), BUDGET);
            counts.run(ENDS, 1);
            Instant now = Instant.now();
            real.makeOlder(Duration.ofMinutes(1), now, now.plus(Duration.ofMinutes(1)));
        }
        assertThat(counts.run(ENDS, 1)).containsExactly(0L);
    }

    @Provide
    Arbitrary<List<Integer>> hours() {
        return Arbitraries.integers().between(1, 60).list().ofMinSize(3).ofMaxSize(8);
    }
}
