package io.weir.internal.observe;

import static io.weir.internal.observe.Fixtures.ADMITTED;
import static io.weir.internal.observe.Fixtures.KEY;
import static io.weir.internal.observe.Fixtures.NOBODY;
import static io.weir.internal.observe.Fixtures.ORDERS;
import static io.weir.internal.observe.Fixtures.STATUS;
import static io.weir.internal.observe.Fixtures.UNAVAILABLE;
import static io.weir.internal.observe.Fixtures.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.DecidedBy;
import io.weir.Edge;
import io.weir.Mode;
import io.weir.Policy;
import io.weir.internal.count.OutageCounters;
import io.weir.internal.count.SetTicker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The same counters, where they are scraped. */
class MicrometerTest {

    private final MBeanServer server = MBeanServerFactory.newMBeanServer();
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final AtomicInteger keys = new AtomicInteger(12);
    private final DecisionMonitor monitor = monitor();

    private DecisionMonitor monitor() {
        return new DecisionMonitor(
                List.of(NOBODY),
                STATUS,
                new OutageCounters(),
                keys::get,
                SetTicker.anywhere(),
                false,
                () -> server);
    }

    @AfterEach
    void close() {
        monitor.close();
        registry.close();
    }

    private Timer timer(String outcome, String store) {
        return registry.get("weir.decisions")
                .tags("application", "shop", "policy", "orders", "outcome", outcome, "store", store)
                .timer();
    }

    private double gauge(String name) {
        return registry.get(name).tags("application", "shop").gauge().value();
    }

    @Test
    void decisionsAreTimedByPolicyOutcomeAndStore() {
        monitor.decided(ORDERS, KEY, Edge.METHOD, DecidedBy.REDIS, ADMITTED, 900); // too early
        assertThat(monitor.times()).isFalse();
        monitor.open("shop", List.of(ORDERS), List.of(new MicrometerMeters(registry)));
        assertThat(monitor.times()).isTrue();
        monitor.decided(ORDERS, KEY, Edge.METHOD, DecidedBy.REDIS, ADMITTED, 300);
        monitor.decided(ORDERS, KEY, Edge.METHOD, DecidedBy.REDIS, ADMITTED, 500);
        monitor.decided(ORDERS, KEY, Edge.METHOD, DecidedBy.LOCAL, refused(), 70);
        monitor.decided(ORDERS, KEY, Edge.METHOD, DecidedBy.OUTAGE_RULE, UNAVAILABLE, 1);
        monitor.decided(
                ORDERS.with(Mode.OBSERVE), KEY, Edge.METHOD, DecidedBy.LOCAL, refused(), 20);
        assertThat(timer("admitted", "redis").count()).isEqualTo(2);
        assertThat(timer("admitted", "redis").totalTime(TimeUnit.NANOSECONDS)).isEqualTo(800);
        assertThat(timer("admitted", "redis").max(TimeUnit.NANOSECONDS)).isEqualTo(500);
        assertThat(timer("refused", "local").count()).isEqualTo(1);
        assertThat(timer("unavailable", "outage-rule").count()).isEqualTo(1);
        assertThat(timer("would-refuse", "local").count()).isEqualTo(1);
    }

    @Test
    void theStateIsGauged() {
        monitor.open("shop", List.of(), List.of(new MicrometerMeters(registry)));
        assertThat(gauge("weir.degraded")).isEqualTo(1);
        assertThat(gauge("weir.nodes")).isEqualTo(3);
        assertThat(registry.get("weir.clock.skew").timeGauge().value(TimeUnit.MILLISECONDS))
                .isEqualTo(-1500);
        assertThat(gauge("weir.local.keys")).isEqualTo(12);
        keys.set(13);
        System.gc(); // gauges may hold what they measure weakly
        assertThat(gauge("weir.local.keys")).isEqualTo(13);
    }

    @Test
    void whatLeavesLessThanAFifthIsCountedWhereItIsKnown() {
        monitor.decided(ORDERS, KEY, Edge.METHOD, DecidedBy.LOCAL, Fixtures.left(3), 1);
        monitor.open("shop", List.of(ORDERS), List.of(new MicrometerMeters(registry)));
        monitor.decided(ORDERS, KEY, Edge.METHOD, DecidedBy.LOCAL, Fixtures.left(4), 1);
        monitor.decided(ORDERS, KEY, Edge.METHOD, DecidedBy.LOCAL, Fixtures.left(0), 1);
        monitor.decided(ORDERS, KEY, Edge.METHOD, DecidedBy.LOCAL, ADMITTED, 1); // says nothing
        System.gc();
        assertThat(
                        registry.get("weir.near_limit")
                                .tag("policy", "orders")
                                .functionCounter()
                                .count())
                .isEqualTo(2);
        Policy silent = Policy.of("silent", ORDERS.limits().get(0));
        monitor.decided(silent, KEY, Edge.METHOD, DecidedBy.REDIS, ADMITTED, 1);
        assertThat(registry.find("weir.near_limit").functionCounters()).hasSize(1);
    }

    @Test
    void noLabelTellsWhoTheClientIs() {
        assertThat(monitor.times()).isFalse();
        monitor.open("shop", List.of(ORDERS), List.of(new MicrometerMeters(registry)));
        assertThat(monitor.times()).isTrue();
        monitor.decided(ORDERS, KEY, Edge.METHOD, DecidedBy.REDIS, ADMITTED, 300);
        assertThat(registry.getMeters().stream().map(meter -> meter.getId().getName()))
                .containsOnlyOnce(
                        "weir.decisions", "weir.degraded", "weir.nodes", "weir.local.keys")
                .hasSize(9 + OutageCounters.Reason.values().length);
        assertThat(
                        registry.getMeters().stream()
                                .flatMap(meter -> meter.getId().getTags().stream())
                                .map(Tag::getKey)
                                .distinct())
                .containsExactlyInAnyOrder("application", "policy", "outcome", "store", "reason");
        assertThat(registry.getMeters().stream().map(meter -> meter.getId().toString()))
                .noneMatch(id -> id.contains("203.0.113.7"));
    }

    @Test
    void allOfItGoesAndNothingComesBack() {
        registry.counter("of.the.application");
        assertThat(monitor.times()).isFalse();
        monitor.open("shop", List.of(ORDERS), List.of(new MicrometerMeters(registry)));
        assertThat(monitor.times()).isTrue();
        monitor.decided(ORDERS, KEY, Edge.METHOD, DecidedBy.REDIS, ADMITTED, 300);
        monitor.close();
        monitor.decided(ORDERS, KEY, Edge.METHOD, DecidedBy.REDIS, ADMITTED, 300);
        monitor.decided(ORDERS, KEY, Edge.METHOD, DecidedBy.LOCAL, ADMITTED, 300);
        monitor.open("shop", List.of(ORDERS), List.of(new MicrometerMeters(registry)));
        assertThat(registry.getMeters().stream().map(meter -> meter.getId().getName()))
                .containsExactly("of.the.application");
    }

    /** As two versions of it are for a moment: neither counts for the other, or removes its own. */
    @Test
    void twoApplicationsOfOneNameAreKeptApart() {
        monitor.open("shop", List.of(ORDERS), List.of(new MicrometerMeters(registry)));
        try (DecisionMonitor others = monitor()) {
            others.open("shop", List.of(ORDERS), List.of(new MicrometerMeters(registry)));
            monitor.decided(ORDERS, KEY, Edge.METHOD, DecidedBy.REDIS, ADMITTED, 1);
            others.decided(ORDERS, KEY, Edge.METHOD, DecidedBy.REDIS, ADMITTED, 1);
            assertThat(registry.get("weir.decisions").tag("application", "shop").timer().count())
                    .isEqualTo(1);
            monitor.close();
            assertThat(registry.get("weir.decisions").timer().getId().getTag("application"))
                    .isEqualTo("shop (2)");
            assertThat(registry.get("weir.nodes").gauge().getId().getTag("application"))
                    .isEqualTo("shop (2)");
        }
        assertThat(registry.getMeters()).isEmpty();
    }

    /** As Prometheus does, where a name is used with other labels. */
    @Test
    void aRegistryThatThrowsChangesNothing() {
        registry.config()
                .meterFilter(
                        new MeterFilter() {
                            @Override
                            public Meter.Id map(Meter.Id id) {
                                throw new IllegalArgumentException("other labels");
                            }
                        });
        assertThatCode(
                        () -> {
                            monitor.open(
                                    "shop",
                                    List.of(ORDERS),
                                    List.of(new MicrometerMeters(registry)));
                            monitor.decided(
                                    ORDERS, KEY, Edge.METHOD, DecidedBy.REDIS, ADMITTED, 300);
                        })
                .doesNotThrowAnyException();
    }

    /** Meters are looked up once each: to look one up makes a dozen objects. */
    @Test
    void eachTimerIsAskedForOnce() {
        List<String> asked = new ArrayList<>();
        AtomicInteger measured = new AtomicInteger();
        Meters counting =
                new Meters() {
                    @Override
                    public void open(String application) {}

                    @Override
                    public void gauge(
                            Metric metric, String label, String name, DoubleSupplier value) {}

                    @Override
                    public void counter(
                            Metric metric, String label, String value, LongSupplier count) {}

                    @Override
                    public LongConsumer timer(String policy, String outcome, String store) {
                        asked.add(policy + " " + outcome + " " + store);
                        return nanos -> measured.incrementAndGet();
                    }

                    @Override
                    public void close() {}
                };
        monitor.open("shop", List.of(ORDERS), List.of(counting));
        for (int i = 0; i < 100; i++) {
            monitor.decided(ORDERS, KEY, Edge.METHOD, DecidedBy.REDIS, ADMITTED, 1);
            monitor.decided(ORDERS, KEY, Edge.METHOD, DecidedBy.LOCAL, ADMITTED, 1);
        }
        assertThat(asked)
                .containsExactlyInAnyOrder("orders admitted redis", "orders admitted local");
        assertThat(measured).hasValue(200);
    }
}
