package io.weir.internal.redis;

import static io.weir.internal.redis.Fixtures.connected;
import static io.weir.internal.redis.Fixtures.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.CountWhen;
import io.weir.Decision;
import io.weir.Engine;
import io.weir.Key;
import io.weir.Limit;
import io.weir.OnOutage;
import io.weir.PlanResolver;
import io.weir.Policy;
import io.weir.Reservation;
import io.weir.internal.count.CountingStore;
import io.weir.internal.count.Store;
import io.weir.internal.guard.CurrentOperation;
import io.weir.internal.guard.Gate;
import io.weir.internal.guard.Keys;
import io.weir.internal.guard.LivePolicy;
import io.weir.internal.guard.Plans;
import io.weir.internal.guard.Terms;
import io.weir.testing.Policies;
import io.weir.testing.RealRedis;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is promised of plans, in memory and on two nodes of one Redis: a customer who changes plan
 * at any time has what his plan of that time allows, less what he has used in any other.
 */
class PlansOnNodesTest {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final AtomicInteger NAMES = new AtomicInteger();

    /** Permits of who has no plan, and of each plan. */
    private static final Map<String, Integer> PERMITS =
            Map.of("", 6, "free", 3, "gold", 10, "platinum", 40);

    private static RealRedis redis;
    private static RedisCounts one;
    private static RedisCounts two;

    @BeforeAll
    static void start() throws InterruptedException {
        redis = RealRedis.started();
        one = connected(redis);
        two = connected(redis, true);
    }

    @AfterAll
    static void stop() {
        one.close();
        two.close();
        redis.close();
    }

    private static int permits(String plan) {
        return Objects.requireNonNull(PERMITS.get(plan));
    }

    /** Limits of one shape, for a number of permits. */
    private enum Shape {
        WINDOW,
        BUCKET,
        QUOTA,
        BOTH,
        ALL;

        /** Where it is about noon: no day ends while a test runs. */
        private static final ZoneId NOON =
                ZoneOffset.ofHours(12 - LocalTime.now(ZoneOffset.UTC).getHour());

        List<Limit> of(int permits) {
            Limit window = new Limit.SlidingWindow(permits + 5, HOUR);
            Limit bucket = new Limit.TokenBucket(1, HOUR, permits);
            Limit quota = quota(permits);
            return switch (this) {
                case WINDOW -> List.of(new Limit.SlidingWindow(permits, HOUR));
                case BUCKET -> List.of(bucket);
                case QUOTA -> List.of(quota);
                case BOTH -> List.of(window, bucket);
                case ALL -> List.of(window, new Limit.TokenBucket(1, HOUR, permits + 9), quota);
            };
        }

        private static Limit quota(int permits) {
            return new Limit.CalendarQuota(permits, Limit.Period.DAY, NOON);
        }
    }

    /** A customer of an application on two nodes. */
    private static final class Customer {

        private volatile String plan = "";
        private final String name;
        private final List<Gate> nodes;

        /** What the settings of each node add to all numbers. */
        private final int[] more;

        Customer(Shape shape, boolean givesBack, List<? extends Store> stores) {
            this(shape, givesBack, stores, 0, 0);
        }

        Customer(Shape shape, boolean givesBack, List<? extends Store> stores, int... more) {
            this.name = "plans_" + NAMES.incrementAndGet();
            this.more = more;
            this.nodes =
                    IntStream.range(0, stores.size())
                            .mapToObj(i -> gate(stores.get(i), live(shape, givesBack, more[i])))
                            .toList();
        }

        private LivePolicy live(Shape shape, boolean givesBack, int add) {
            Policy own = policy(shape, givesBack, permits("") + add);
            List<Terms.Plan> plans =
                    Stream.of("free", "gold", "platinum")
                            .map(
                                    p ->
                                            new Terms.Plan(
                                                    p,
                                                    List.of(),
                                                    policy(shape, givesBack, permits(p) + add)))
                            .toList();
            Terms terms =
                    new Terms(
                            List.of(),
                            List.of(),
                            List.of(new Terms.Source(Terms.Source.Kind.BEAN, "plans")),
                            plans);
            return new LivePolicy() {
                @Override
                public Policy get() {
                    return own;
                }

                @Override
                public Terms terms() {
                    return terms;
                }
            };
        }

        private Policy policy(Shape shape, boolean givesBack, int permits) {
            return Policies.named(name)
                    .limits(shape.of(permits).toArray(Limit[]::new))
                    .engine(Engine.SCRIPT)
                    .onOutage(OnOutage.LOCAL)
                    .countWhen(givesBack ? CountWhen.SETTLED : CountWhen.ALWAYS)
                    .policy();
        }

        private Gate gate(Store store, LivePolicy live) {
            PlanResolver resolver = client -> Optional.of(plan);
            return new Gate(
                    asked -> live,
                    store,
                    new Keys(Map.of(), Map.of(), "weir", (policy, source, thrown) -> {}),
                    new Plans(
                            List.of(),
                            Map.of("plans", resolver),
                            (user, claim) -> Optional.empty(),
                            (policy, source, unknown) -> {
                                throw new AssertionError(unknown);
                            },
                            (policy, source, thrown) -> {
                                throw new AssertionError(source, thrown);
                            }),
                    new CurrentOperation(),
                    () -> io.weir.internal.address.Client.NONE,
                    nobody -> {},
                    (policy, key, edge, decidedBy, decision, nanos) -> {},
                    System::nanoTime);
        }

        int allowed(int node) {
            return permits(plan) + more[node];
        }

        Reservation reserve(int node, long estimate) {
            Reservation reserved =
                    nodes.get(node).limiter().reserve(name, Key.ofClient("203.0.113.7"), estimate);
            assertThat(reserved.decision()).isInstanceOf(Decision.Admitted.class);
            return reserved;
        }

        boolean isAdmitted(int node) {
            Decision decision =
                    nodes.get(node).limiter().tryAcquire(name, Key.ofClient("203.0.113.7"), 1);
            assertThat(decision).isInstanceOfAny(Decision.Admitted.class, Decision.Refused.class);
            return decision instanceof Decision.Admitted;
        }

        int admittedBy(int node) {
            int admitted = 0;
            while (isAdmitted(node)) {
                admitted++;
            }
            return admitted;
        }
    }

    private static List<CountingStore> nodes(boolean shared) {
        CountingStore memory = new CountingStore(1_000, System::nanoTime, () -> {});
        return shared ? List.of(node(one), node(two)) : List.of(memory, memory);
    }

    static Stream<Arguments> settledCases() {
        return Stream.of(false, true)
                .flatMap(shared -> Stream.of(Shape.values()).map(s -> Arguments.of(shared, s)));
    }

    static Stream<Arguments> cases() {
        return Stream.of(false, true)
                .flatMap(
                        shared ->
                                Stream.of(Shape.values())
                                        .flatMap(
                                                shape ->
                                                        Stream.of(false, true)
                                                                .map(
                                                                        back ->
                                                                                Arguments.of(
                                                                                        shared,
                                                                                        shape,
                                                                                        back))));
    }

    @ParameterizedTest(name = "shared {0}, {1}, gives back {2}")
    @MethodSource("cases")
    void whoChangesPlanHasWhatItAllowsLessWhatWasUsed(
            boolean shared, Shape shape, boolean givesBack) {
        List<CountingStore> nodes = nodes(shared);
        List<String> plans = List.copyOf(PERMITS.keySet());
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 10; round++) {
            // While settings change, one node has new numbers before the other.
            Customer customer = new Customer(shape, givesBack, nodes, 0, round % 3);
            int used = 0;
            for (int step = 0; step < 60; step++) {
                if (random.nextInt(5) == 0) {
                    customer.plan = plans.get(random.nextInt(plans.size()));
                }
                int node = random.nextInt(2);
                boolean admitted = customer.isAdmitted(node);
                assertThat(admitted)
                        .as("seed %s, round %s, step %s: %s used", seed, round, step, used)
                        .isEqualTo(used < customer.allowed(node));
                used += admitted ? 1 : 0;
            }
        }
    }

    /** The key says nothing of the plan, so many threads of several plans are one count. */
    @ParameterizedTest(name = "shared {0}, {1}, gives back {2}")
    @MethodSource("cases")
    void neverMoreThanTheGreatestOfItsPlans(boolean shared, Shape shape, boolean givesBack)
            throws Exception {
        Customer customer = new Customer(shape, givesBack, nodes(shared));
        List<String> plans = List.of("free", "gold", "");
        List<Callable<Boolean>> calls = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            int call = i;
            calls.add(
                    () -> {
                        customer.plan = plans.get(call % plans.size());
                        return customer.isAdmitted(call % 2);
                    });
        }
        ExecutorService threads = Executors.newFixedThreadPool(16);
        int admitted = 0;
        try {
            for (Future<Boolean> call : threads.invokeAll(calls)) {
                admitted += call.get() ? 1 : 0;
            }
        } finally {
            threads.shutdownNow();
        }
        customer.plan = "gold";
        assertThat(admitted + customer.admittedBy(0) + customer.admittedBy(1)).isEqualTo(10);
    }

    /** What a call has cost is what it has cost, whatever plan its customer has by then. */
    @ParameterizedTest(name = "shared {0}, {1}")
    @MethodSource("settledCases")
    void whatWasReservedByOnePlanIsSettledByAnother(boolean shared, Shape shape) {
        Customer customer = new Customer(shape, true, nodes(shared));
        customer.plan = "gold";
        Reservation less = customer.reserve(0, 5);
        Reservation more = customer.reserve(0, 2);
        customer.plan = "platinum";
        assertThat(customer.isAdmitted(0)).isTrue();
        assertThat(customer.isAdmitted(1)).isTrue();
        assertThat(more.settle(4)).isTrue();
        customer.plan = "free";
        assertThat(customer.isAdmitted(0)).as("11 of 3 are used").isFalse();
        assertThat(less.settle(1)).isTrue();
        customer.plan = "gold";
        assertThat(customer.admittedBy(0) + customer.admittedBy(1)).isEqualTo(10 - 7);
        customer.plan = "platinum";
        assertThat(customer.admittedBy(0) + customer.admittedBy(1)).isEqualTo(40 - 10);
    }

    /** Each node goes on from what it has admitted itself, in whatever plan. */
    @ParameterizedTest
    @MethodSource("shapes")
    void throughAnOutage(Shape shape) throws Exception {
        try (RealRedis own = RealRedis.started();
                RedisCounts first = connected(own);
                RedisCounts second = connected(own)) {
            List<CountingStore> nodes = List.of(node(first), node(second));
            Customer customer = new Customer(shape, false, nodes);
            assertThat(customer.admittedBy(0)).isEqualTo(6);
            customer.plan = "gold";
            for (int i = 0; i < 2; i++) {
                assertThat(customer.isAdmitted(1)).isTrue();
            }
            own.kill();
            assertThat(nodes.get(0).probe(first::probe)).isFalse();
            assertThat(nodes.get(1).probe(second::probe)).isFalse();
            assertThat(customer.admittedBy(0)).as("6 of 10 were used here").isEqualTo(4);
            customer.plan = "";
            assertThat(customer.isAdmitted(0)).as("10 of 6 were used here").isFalse();
            assertThat(customer.admittedBy(1)).as("2 of 6 were used here").isEqualTo(4);
            customer.plan = "platinum";
            own.start();
            long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (!(nodes.get(0).probe(first::probe) & nodes.get(1).probe(second::probe))) {
                assertThat(System.nanoTime()).isLessThan(until);
                Thread.sleep(100);
            }
            int more = customer.admittedBy(0);
            assertThat(more)
                    .as("16 were used; Redis, empty again, is told of what each node admitted")
                    .isBetween(40 - 16, 40 - 10);
            customer.plan = "gold";
            assertThat(customer.isAdmitted(0)).isFalse();
        }
    }

    static Stream<Shape> shapes() {
        return Stream.of(Shape.values());
    }
}
