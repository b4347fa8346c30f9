package io.weir.internal.observe;

import static io.weir.internal.observe.Fixtures.ADMITTED;
import static io.weir.internal.observe.Fixtures.IMPOSSIBLE;
import static io.weir.internal.observe.Fixtures.KEY;
import static io.weir.internal.observe.Fixtures.NOBODY;
import static io.weir.internal.observe.Fixtures.ORDERS;
import static io.weir.internal.observe.Fixtures.STATUS;
import static io.weir.internal.observe.Fixtures.UNAVAILABLE;
import static io.weir.internal.observe.Fixtures.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.DecidedBy;
import io.weir.Decision;
import io.weir.Edge;
import io.weir.Limit;
import io.weir.LimiterStatus;
import io.weir.Mode;
import io.weir.Policy;
import io.weir.internal.count.OutageCounters;
import io.weir.internal.count.SetTicker;
import io.weir.testing.Policies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.management.Attribute;
import javax.management.AttributeNotFoundException;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The counters, read as a console reads them. */
class JmxTest {

    private final MBeanServer server = MBeanServerFactory.newMBeanServer();
    private final AtomicInteger keys = new AtomicInteger(12);
    private final DecisionMonitor monitor = monitor(STATUS);

    private DecisionMonitor monitor(LimiterStatus status) {
        return new DecisionMonitor(
                List.of(NOBODY),
                status,
                new OutageCounters(),
                keys::get,
                SetTicker.anywhere(),
                true,
                () -> server);
    }

    @AfterEach
    void close() {
        monitor.close();
    }

    private static void decide(
            DecisionMonitor monitor,
            Policy policy,
            DecidedBy store,
            Decision decision,
            long nanos) {
        monitor.decided(policy, KEY, Edge.METHOD, store, decision, nanos);
    }

    private List<String> names() throws JMException {
        return server.queryNames(new ObjectName("io.weir:*"), null).stream()
                .map(ObjectName::toString)
                .sorted()
                .toList();
    }

    private Object read(String name, String attribute) throws JMException {
        return server.getAttribute(new ObjectName(name), attribute);
    }

    /** All that is not zero. */
    private Map<String, Object> counted(String name) throws JMException {
        ObjectName bean = new ObjectName(name);
        String[] attributes = {};
        for (MBeanAttributeInfo info : server.getMBeanInfo(bean).getAttributes()) {
            attributes = java.util.Arrays.copyOf(attributes, attributes.length + 1);
            attributes[attributes.length - 1] = info.getName();
        }
        return new TreeMap<>(
                server.getAttributes(bean, attributes).asList().stream()
                        .filter(value -> value.getValue() != null)
                        .filter(value -> !value.getValue().equals(0L))
                        .collect(Collectors.toMap(Attribute::getName, Attribute::getValue)));
    }

    @Test
    void everyDecisionIsCountedByOutcomeAndStore() throws Exception {
        monitor.open("shop", List.of(), List.of());
        decide(monitor, ORDERS, DecidedBy.REDIS, ADMITTED, 300);
        decide(monitor, ORDERS, DecidedBy.REDIS, ADMITTED, 200);
        decide(monitor, ORDERS, DecidedBy.LOCAL, ADMITTED, 70);
        decide(monitor, ORDERS, DecidedBy.REDIS, refused("orders-60s"), 30);
        decide(monitor, ORDERS, DecidedBy.LOCAL, IMPOSSIBLE, 5);
        decide(monitor, ORDERS, DecidedBy.OUTAGE_RULE, UNAVAILABLE, 1);
        assertThat(counted("io.weir:type=Policy,application=shop,name=\"orders\""))
                .isEqualTo(
                        Map.ofEntries(
                                Map.entry("Admitted", 3L),
                                Map.entry("Refused", 1L),
                                Map.entry("Impossible", 1L),
                                Map.entry("Unavailable", 1L),
                                Map.entry("ByRedis", 3L),
                                Map.entry("ByLocal", 2L),
                                Map.entry("ByOutageRule", 1L),
                                Map.entry("AdmittedByRedis", 2L),
                                Map.entry("AdmittedByLocal", 1L),
                                Map.entry("RefusedByRedis", 1L),
                                Map.entry("ImpossibleByLocal", 1L),
                                Map.entry("UnavailableByOutageRule", 1L),
                                Map.entry("TotalNanos", 606L),
                                Map.entry("LongestNanos", 300L)));
    }

    @Test
    void whatAnObservedPolicyDoesNotAdmitIsWhatItWouldRefuse() throws Exception {
        monitor.open("shop", List.of(), List.of());
        Policy observed = ORDERS.with(Mode.OBSERVE);
        decide(monitor, observed, DecidedBy.LOCAL, ADMITTED, 1);
        decide(monitor, observed, DecidedBy.LOCAL, refused(), 1);
        decide(monitor, observed, DecidedBy.LOCAL, IMPOSSIBLE, 1);
        decide(monitor, observed, DecidedBy.OUTAGE_RULE, UNAVAILABLE, 1);
        decide(monitor, ORDERS, DecidedBy.LOCAL, refused(), 1);
        assertThat(counted("io.weir:type=Policy,application=shop,name=\"orders\""))
                .containsEntry("Admitted", 1L)
                .containsEntry("WouldRefuse", 3L)
                .containsEntry("WouldRefuseByOutageRule", 1L)
                .containsEntry("Refused", 1L)
                .doesNotContainKeys("Impossible", "Unavailable");
    }

    @Test
    void whatNobodyWantsMeasuredIsUnknown() throws Exception {
        try (DecisionMonitor untimed =
                new DecisionMonitor(
                        List.of(NOBODY),
                        STATUS,
                        new OutageCounters(),
                        keys::get,
                        SetTicker.anywhere(),
                        false,
                        () -> server)) {
            untimed.open("shop", List.of(ORDERS), List.of());
            decide(untimed, ORDERS, DecidedBy.LOCAL, ADMITTED, 0);
            assertThat(untimed.times()).isFalse();
            String policy = "io.weir:type=Policy,application=shop,name=\"orders\"";
            assertThat(read(policy, "Admitted")).isEqualTo(1L);
            assertThat(read(policy, "TotalNanos")).isNull();
            assertThat(read(policy, "LongestNanos")).isNull();
        }
    }

    @Test
    void nothingIsLostBetweenThreads() throws Exception {
        monitor.open("shop", List.of(), List.of());
        CountDownLatch go = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 1; i <= 8; i++) {
            int nanos = i;
            Thread thread =
                    new Thread(
                            () -> {
                                try {
                                    go.await();
                                } catch (InterruptedException e) {
                                    throw new IllegalStateException(e);
                                }
                                for (int j = 0; j < 10_000; j++) {
                                    decide(monitor, ORDERS, DecidedBy.LOCAL, ADMITTED, nanos);
                                }
                            });
            thread.start();
            threads.add(thread);
        }
        go.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(counted("io.weir:type=Policy,application=shop,name=\"orders\""))
                .containsEntry("Admitted", 80_000L)
                .containsEntry("TotalNanos", 360_000L)
                .containsEntry("LongestNanos", 8L);
    }

    @Test
    void whatLeavesLittleIsCountedOnceItIsKnown() throws Exception {
        String orders = "io.weir:type=Policy,application=shop,name=\"orders\"";
        monitor.open("shop", List.of(ORDERS), List.of());
        decide(monitor, ORDERS, DecidedBy.REDIS, ADMITTED, 1);
        assertThat(read(orders, "NearLimit")).isNull();
        decide(monitor, ORDERS, DecidedBy.LOCAL, Fixtures.left(4), 1);
        assertThat(read(orders, "NearLimit")).isEqualTo(0L);
        decide(monitor, ORDERS, DecidedBy.LOCAL, Fixtures.left(3), 1);
        assertThat(read(orders, "NearLimit")).isEqualTo(1L);
    }

    @Test
    void theLimiterSaysWhoDecides() throws Exception {
        monitor.open("shop", List.of(), List.of());
        String limiter = "io.weir:type=Limiter,application=shop";
        assertThat(read(limiter, "Store")).isEqualTo("local");
        assertThat(read(limiter, "Degraded")).isEqualTo(true);
        assertThat(read(limiter, "Seconds")).isEqualTo(7L);
        assertThat(read(limiter, "Nodes")).isEqualTo(3);
        assertThat(read(limiter, "ClockSkewMillis")).isEqualTo(-1500L);
        assertThat(read(limiter, "LocalKeys")).isEqualTo(12);
        assertThatThrownBy(() -> read(limiter, "Key"))
                .isInstanceOf(AttributeNotFoundException.class);
        assertThatThrownBy(
                        () ->
                                server.setAttribute(
                                        new ObjectName(limiter), new Attribute("Nodes", 1)))
                .isInstanceOf(AttributeNotFoundException.class);
    }

    /** Never a number for what nobody knows. */
    @Test
    void anUnknownSkewIsNull() throws Exception {
        LimiterStatus alone =
                new LimiterStatus() {
                    @Override
                    public DecidedBy store() {
                        return STATUS.store();
                    }

                    @Override
                    public boolean degraded() {
                        return false;
                    }

                    @Override
                    public Duration since() {
                        return Duration.ZERO;
                    }

                    @Override
                    public int nodes() {
                        return 1;
                    }

                    @Override
                    public Optional<Duration> clockSkew() {
                        return Optional.empty();
                    }
                };
        try (DecisionMonitor its = monitor(alone)) {
            its.open("shop", List.of(), List.of());
            assertThat(read("io.weir:type=Limiter,application=shop", "ClockSkewMillis")).isNull();
        }
    }

    @Test
    void declaredPoliciesAreThereBeforeAnybodyCalls() throws Exception {
        decide(monitor, Policy.of("early", ORDERS.limits().get(0)), DecidedBy.LOCAL, ADMITTED, 1);
        assertThat(names()).isEmpty();
        monitor.open("shop", List.of(ORDERS), List.of());
        decide(monitor, Policy.of("late", ORDERS.limits().get(0)), DecidedBy.LOCAL, ADMITTED, 1);
        assertThat(names())
                .containsExactly(
                        "io.weir:type=Limiter,application=shop",
                        "io.weir:type=Policy,application=shop,name=\"early\"",
                        "io.weir:type=Policy,application=shop,name=\"late\"",
                        "io.weir:type=Policy,application=shop,name=\"orders\"");
        monitor.close();
        decide(monitor, Policy.of("later", ORDERS.limits().get(0)), DecidedBy.LOCAL, ADMITTED, 1);
        monitor.open("shop", List.of(ORDERS), List.of());
        assertThat(names()).isEmpty();
    }

    @Test
    void namesMayContainWhatObjectNamesDoNot() throws Exception {
        String odd = "x:y,z=*?\"\n\\ \u00e9";
        monitor.open(
                "a,b=*\"?",
                List.of(
                        Policies.named(odd)
                                .wireName("odd")
                                .limits(ORDERS.limits().get(0))
                                .policy()),
                List.of());
        assertThat(names()).hasSize(2);
        ObjectName policy =
                server.queryNames(new ObjectName("io.weir:type=Policy,*"), null).stream()
                        .findFirst()
                        .orElseThrow();
        assertThat(ObjectName.unquote(policy.getKeyProperty("name"))).isEqualTo(odd);
        assertThat(ObjectName.unquote(policy.getKeyProperty("application"))).isEqualTo("a,b=*\"?");
    }

    @Test
    void anotherApplicationOfTheSameNameIsShownBesideIt() throws Exception {
        monitor.open("shop", List.of(ORDERS), List.of());
        try (DecisionMonitor others = monitor(STATUS)) {
            others.open("shop", List.of(ORDERS), List.of());
            decide(others, ORDERS, DecidedBy.LOCAL, ADMITTED, 1);
            assertThat(names())
                    .contains(
                            "io.weir:type=Limiter,application=shop,instance=2",
                            "io.weir:type=Policy,application=shop,instance=2,name=\"orders\"")
                    .hasSize(4);
            monitor.close();
            assertThat(names()).hasSize(2).allMatch(name -> name.contains("instance=2"));
            assertThat(
                            counted(
                                    "io.weir:type=Policy,application=shop,instance=2,"
                                            + "name=\"orders\""))
                    .containsEntry("Admitted", 1L);
        }
        assertThat(names()).isEmpty();
    }

    /** An application may make its policies while it runs, and without end. */
    @Test
    void policiesWithoutEndAreBounded() throws Exception {
        monitor.open("shop", List.of(ORDERS), List.of());
        Limit limit = ORDERS.limits().get(0);
        IntStream.range(0, 3_000)
                .forEach(
                        i -> {
                            Policy policy = Policy.of("made-" + i, limit);
                            decide(monitor, policy, DecidedBy.LOCAL, ADMITTED, 1);
                            decide(monitor, policy, DecidedBy.LOCAL, ADMITTED, 1);
                        });
        assertThat(names()).hasSize(DecisionCounters.MOST + 2);
        assertThat(counted("io.weir:type=Policy,application=shop,name=\"(others)\""))
                .containsEntry("Admitted", 2L * (3_000 - (DecisionCounters.MOST - 1)));
        assertThat(counted("io.weir:type=Policy,application=shop,name=\"made-998\""))
                .containsEntry("Admitted", 2L);
        assertThat(names())
                .doesNotContain("io.weir:type=Policy,application=shop,name=\"made-999\"");
    }

    /** Such as one with a SecurityManager of its own. */
    @Test
    void aServerThatRefusesDoesNotStopTheDeployment() {
        try (DecisionMonitor blind =
                new DecisionMonitor(
                        List.of(NOBODY),
                        STATUS,
                        new OutageCounters(),
                        keys::get,
                        SetTicker.anywhere(),
                        true,
                        () -> {
                            throw new SecurityException("not here");
                        })) {
            assertThatCode(() -> blind.open("shop", List.of(ORDERS), List.of()))
                    .doesNotThrowAnyException();
            decide(blind, ORDERS, DecidedBy.LOCAL, ADMITTED, 1);
        }
    }

    /** An administrator may have taken it away, or put something else there. */
    @Test
    void strangersDoNotStopTheUndeployment() throws Exception {
        monitor.open("shop", List.of(ORDERS), List.of());
        server.unregisterMBean(new ObjectName("io.weir:type=Limiter,application=shop"));
        assertThatCode(monitor::close).doesNotThrowAnyException();
        assertThat(names()).isEmpty();
    }
}
