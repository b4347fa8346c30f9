package io.weir.internal.redis;

import static io.weir.internal.redis.Fixtures.LONG_DEADLINE;
import static io.weir.internal.redis.Fixtures.givingBack;
import static io.weir.internal.redis.Fixtures.script;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.Key;
import io.weir.Limit;
import io.weir.Limit.SlidingWindow;
import io.weir.Limit.TokenBucket;
import io.weir.LimitState;
import io.weir.Policy;
import io.weir.internal.count.SharedCounts;
import io.weir.internal.count.SharedCounts.Answer;
import io.weir.internal.count.SharedCounts.Taking;
import io.weir.testing.RealRedis;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;

/**
 * What is given back, in any order and at any time, is never more than what was taken and is still
 * there: against a replay of the admissions that were kept, on a clock that the test sets.
 */
@SuppressWarnings("NullAway.Init") // it does not know @BeforeContainer
class GivingBackTest {

    private static final String CLOCK = "local now = tonumber(redis.call('GET', 'now'))";
    private static final Duration HOUR = Duration.ofHours(1);
    private static final long SECOND = 1_000_000;

    private static RealRedis redis;
    private static Connection connection;
    private static Jedis client;
    private static RedisKeys keys;
    private static ScriptEngine engine;
    private static long now = 1_800_000_000_000_000L;
    private static int names;

    @BeforeContainer
    static void start() throws Exception {
        redis = RealRedis.started();
        connection = new Connection(redis.settings(LONG_DEADLINE), null);
        connection.connect();
        client = redis.client();
        keys = new RedisKeys(() -> "shop");
        engine = new ScriptEngine(connection, keys, CLOCK, System::currentTimeMillis);
    }

    @AfterContainer
    static void stop() {
        client.close();
        connection.close();
        redis.close();
    }

    private static void pass(long micros) {
        now += micros;
        client.set("now", Long.toString(now));
    }

    private static final class Admission {
        private final long at = now;
        private final long cost;
        private final SharedCounts.Settlement giveBack;
        private boolean kept = true;

        Admission(long cost, SharedCounts.Settlement giveBack) {
            this.cost = cost;
            this.giveBack = giveBack;
        }
    }

    /** One policy and key, and all of its admissions since it was reset. */
    private static final class Counted {
        private final Policy policy;

        /** The same, whose buckets drain faster: of another plan. */
        private final Policy faster;

        private final Key key = Key.ofClient("203.0.113." + names++);
        private final List<Admission> admissions = new ArrayList<>();

        Counted(Limit... limits) {
            this(1, limits);
        }

        Counted(int times, Limit... limits) {
            policy = givingBack("back", limits);
            faster =
                    givingBack(
                            "back",
                            Stream.of(limits)
                                    .map(
                                            limit ->
                                                    limit instanceof TokenBucket b
                                                            ? new TokenBucket(
                                                                    times * b.permits(),
                                                                    b.window(),
                                                                    b.burst())
                                                            : limit)
                                    .toArray(Limit[]::new));
            pass(0);
        }

        private @Nullable Admission take(long cost) throws Exception {
            return take(policy, cost);
        }

        private @Nullable Admission take(Policy by, long cost) throws Exception {
            Answer answer =
                    connection.call(
                            session -> engine.take(session, new Taking(by, key, cost, List.of())));
            if (answer.settlement() == null) {
                return null;
            }
            Admission admission = new Admission(cost, answer.settlement());
            admissions.add(admission);
            return admission;
        }

        private void giveBack(Admission admission) {
            admission.kept = false;
            admission.giveBack.settle(-admission.cost).toCompletableFuture().join();
        }

        private void reset() {
            engine.keys(policy, key).forEach(name -> client.del(name.toString()));
            admissions.clear();
            pass(1); // what was taken goes by the time, too
        }

        private long used(SlidingWindow limit) {
            return admissions.stream()
                    .filter(a -> a.kept && a.at + micros(limit.window()) > now)
                    .mapToLong(a -> a.cost)
                    .sum();
        }

        private BigInteger level(TokenBucket limit) {
            BigInteger level = BigInteger.ZERO;
            long at = 0;
            for (Admission admission : admissions) {
                if (admission.kept) {
                    level = drained(level, admission.at - at, limit);
                    at = admission.at;
                    level = level.add(BigInteger.valueOf(admission.cost * micros(limit.window())));
                }
            }
            return drained(level, now - at, limit);
        }

        private void check() throws Exception {
            List<LimitState> states =
                    connection.call(session -> engine.peek(session, policy, key, 1)).limits();
            for (int i = 0; i < policy.limits().size(); i++) {
                if (policy.limits().get(i) instanceof SlidingWindow window) {
                    long used = used(window);
                    assertThat(used).isLessThanOrEqualTo(window.permits());
                    assertThat(states.get(i).remaining()).isEqualTo(window.permits() - used);
                } else {
                    TokenBucket bucket = (TokenBucket) faster.limits().get(i);
                    long area = bucket.burst() * micros(bucket.window());
                    assertThat(level(bucket)).isLessThanOrEqualTo(BigInteger.valueOf(area));
                    assertThat(inRedis(bucket)).isGreaterThanOrEqualTo(level(bucket));
                }
            }
        }

        private BigInteger inRedis(TokenBucket bucket) {
            String text = client.get(keys.bucket(policy, key, bucket));
            if (text == null) {
                return BigInteger.ZERO;
            }
            String[] parts = text.split(":");
            return drained(new BigInteger(parts[0]), now - Long.parseLong(parts[1]), bucket);
        }

        private static BigInteger drained(BigInteger level, long time, TokenBucket bucket) {
            BigInteger gone =
                    BigInteger.valueOf(time).multiply(BigInteger.valueOf(bucket.permits()));
            return level.subtract(gone).max(BigInteger.ZERO);
        }
    }

    private static long micros(Duration duration) {
        return duration.toMillis() * 1_000;
    }

    /** What happens after a pause. */
    private record Step(long pause, int what, int cost, int which) {}

    @Provide
    static Arbitrary<List<Step>> steps() {
        Arbitrary<Long> pauses =
                Arbitraries.frequencyOf(
                        Tuple.of(3, Arbitraries.just(0L)),
                        Tuple.of(2, Arbitraries.longs().between(1, 3)),
                        Tuple.of(3, Arbitraries.longs().between(1, 1_200).map(s -> s * SECOND)),
                        Tuple.of(1, Arbitraries.longs().between(1, 7_200_000_000L)));
        return Combinators.combine(
                        pauses,
                        Arbitraries.integers().between(0, 19),
                        Arbitraries.integers().between(1, 5),
                        Arbitraries.integers().between(0, 1_000))
                .as(Step::new)
                .list()
                .ofMinSize(5)
                .ofMaxSize(40);
    }

    @Provide
    static Arbitrary<List<Limit>> limits() {
        Arbitrary<Long> numbers = Arbitraries.longs().between(1, 12);
        Arbitrary<Limit> window =
                Combinators.combine(numbers, Arbitraries.of(HOUR, HOUR.plusMillis(777)))
                        .as(SlidingWindow::new);
        Arbitrary<Limit> longer = numbers.map(n -> new SlidingWindow(n + 3, HOUR.multipliedBy(2)));
        Arbitrary<Limit> bucket =
                Combinators.combine(numbers, Arbitraries.longs().between(1, 15))
                        .as((permits, burst) -> new TokenBucket(permits, HOUR, burst));
        return Arbitraries.oneOf(
                window.map(List::of),
                bucket.map(List::of),
                Combinators.combine(window, bucket).as(List::of),
                Combinators.combine(window, longer).as(List::of));
    }

    @Property(tries = 300)
    void isNeverMoreThanWasTakenAndIsStillThere(
            @ForAll("limits") List<Limit> limits,
            @ForAll("steps") List<Step> steps,
            @ForAll @IntRange(min = 1, max = 3) int times)
            throws Exception {
        Counted counted = new Counted(times * times, limits.toArray(Limit[]::new));
        List<Admission> open = new ArrayList<>();
        for (Step step : steps) {
            pass(step.pause);
            Admission one = open.isEmpty() ? null : open.get(step.which % open.size());
            long cost = Math.min(step.cost, counted.policy.capacity());
            if (step.what == 0) {
                counted.reset(); // what is open stays open
            } else if (step.what < 8 && one != null) {
                open.remove(one);
                counted.giveBack(one);
            } else {
                Policy by = step.which % 2 == 0 ? counted.policy : counted.faster;
                Admission taken = counted.take(by, cost);
                if (taken != null) {
                    open.add(taken);
                }
            }
            counted.check();
        }
    }

    /** Ten slow ones and ten quick ones of 10 that come back by themselves in ten seconds. */
    @Example
    void whatHasDrainedIsNotGivenBack() throws Exception {
        Counted counted = new Counted(new TokenBucket(1, Duration.ofSeconds(1), 10));
        List<Admission> first = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            first.add(requireNonNull(counted.take(1)));
        }
        first.subList(0, 5).forEach(counted::giveBack);
        pass(5 * SECOND);
        int kept = 0;
        for (int i = 0; i < 10; i++) {
            kept += counted.take(1) == null ? 0 : 1;
        }
        assertThat(kept).isEqualTo(10);
        first.subList(5, 10).forEach(counted::giveBack);
        assertThat(counted.take(1)).isNull();
        counted.check();
    }

    /** Who changes plan while a call is open gets back what is still there, by either plan. */
    @Example
    void whatHasDrainedByAnotherPlanIsNotGivenBack() throws Exception {
        Counted counted = new Counted(80, new TokenBucket(1, HOUR, 100));
        Admission open = requireNonNull(counted.take(50));
        pass(1_800 * SECOND);
        assertThat(counted.take(counted.faster, 40)).as("40 have drained").isNotNull();
        counted.giveBack(open);
        assertThat(counted.take(61)).isNull();
        assertThat(counted.take(60)).as("10 of 50 were given back").isNotNull();
        counted.check();
    }

    /** A node that knows nothing of what is given back drains it, and takes from it. */
    @Example
    void whereOthersCountWithoutSayingWhatHasDrainedNothingIsGivenBack() throws Exception {
        Counted counted = new Counted(4, new TokenBucket(10, HOUR, 100));
        Admission open = requireNonNull(counted.take(50));
        pass(3_600 * SECOND);
        Policy other = script("back", counted.faster.limits().toArray(Limit[]::new));
        connection.call(
                session -> engine.take(session, new Taking(other, counted.key, 5, List.of())));
        counted.giveBack(open);
        LimitState state =
                connection
                        .call(session -> engine.peek(session, counted.policy, counted.key, 1))
                        .limits()
                        .get(0);
        assertThat(state.remaining()).isEqualTo(85);
    }

    @Example
    void whatWasForgottenIsNotGivenBack() throws Exception {
        for (Limit limit : List.of(new TokenBucket(1, HOUR, 10), new SlidingWindow(10, HOUR))) {
            Counted counted = new Counted(limit);
            Admission before = requireNonNull(counted.take(10));
            counted.reset();
            assertThat(counted.take(10)).isNotNull();
            counted.giveBack(before);
            assertThat(counted.take(1)).isNull();
        }
    }

    @Example
    void inAQuietBucketAllOfItComesBack() throws Exception {
        Counted counted = new Counted(new TokenBucket(1, HOUR, 10), new SlidingWindow(10, HOUR));
        Admission one = requireNonNull(counted.take(4));
        pass(1);
        Admission two = requireNonNull(counted.take(6));
        pass(1);
        counted.giveBack(one); // the older first: it gets less for what a younger one got before it
        counted.giveBack(two);
        assertThat(counted.take(10)).isNotNull();
    }
}
