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

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.weir.DecidedBy;
import io.weir.Edge;
import io.weir.Mode;
import io.weir.internal.count.OutageCounters;
import io.weir.internal.count.SetTicker;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The same counters, as an SDK of OpenTelemetry collects them. */
class OpenTelemetryTest {

    private final MBeanServer server = MBeanServerFactory.newMBeanServer();
    private final InMemoryMetricReader reader = InMemoryMetricReader.create();
    private final InMemorySpanExporter spans = InMemorySpanExporter.create();
    private final OpenTelemetrySdk sdk =
            OpenTelemetrySdk.builder()
                    .setMeterProvider(
                            SdkMeterProvider.builder().registerMetricReader(reader).build())
                    .setTracerProvider(
                            SdkTracerProvider.builder()
                                    .addSpanProcessor(SimpleSpanProcessor.create(spans))
                                    .build())
                    .build();
    private final DecisionMonitor monitor = monitor();

    private DecisionMonitor monitor() {
        return new DecisionMonitor(
                List.of(NOBODY),
                STATUS,
                new OutageCounters(),
                () -> 12,
                SetTicker.anywhere(),
                false,
                () -> server);
    }

    @AfterEach
    void close() {
        monitor.close();
        sdk.close();
        GlobalOpenTelemetry.resetForTest();
    }

    private void open(@Nullable OpenTelemetry given) {
        monitor.open("shop", List.of(ORDERS), List.of(new OpenTelemetryMeters(given)));
    }

    private void decide() {
        monitor.decided(ORDERS, KEY, Edge.METHOD, DecidedBy.REDIS, Fixtures.left(3), 300);
        monitor.decided(ORDERS, KEY, Edge.METHOD, DecidedBy.REDIS, ADMITTED, 500);
        monitor.decided(ORDERS, KEY, Edge.METHOD, DecidedBy.LOCAL, refused(), 70);
        monitor.decided(ORDERS, KEY, Edge.METHOD, DecidedBy.OUTAGE_RULE, UNAVAILABLE, 1);
        monitor.decided(
                ORDERS.with(Mode.OBSERVE), KEY, Edge.METHOD, DecidedBy.LOCAL, refused(), 20);
    }

    /** Each value by its name, unit and labels. */
    private Map<String, Double> collected() {
        Map<String, Double> values = new TreeMap<>();
        for (MetricData metric : reader.collectAllMetrics()) {
            assertThat(metric.getInstrumentationScopeInfo().getName()).isEqualTo("io.weir");
            assertThat(metric.getDescription()).isNotEmpty();
            String name = metric.getName() + " " + metric.getUnit();
            metric.getHistogramData()
                    .getPoints()
                    .forEach(
                            p ->
                                    values.put(
                                            name + labels(p.getAttributes()),
                                            (double) p.getCount()));
            metric.getLongSumData()
                    .getPoints()
                    .forEach(
                            p ->
                                    values.put(
                                            name + labels(p.getAttributes()),
                                            (double) p.getValue()));
            metric.getDoubleGaugeData()
                    .getPoints()
                    .forEach(p -> values.put(name + labels(p.getAttributes()), p.getValue()));
        }
        return values;
    }

    private static String labels(Attributes attributes) {
        Map<String, Object> sorted = new TreeMap<>();
        attributes.forEach((key, value) -> sorted.put(key.getKey(), value));
        return sorted.toString();
    }

    @Test
    void allOfItIsCollectedUnderTheNamesOfThePage() {
        open(sdk);
        decide();
        assertThat(monitor.times()).isTrue();
        String of = "{application=shop, outcome=%s, policy=orders, store=%s}";
        assertThat(collected())
                .containsEntry("weir.decisions s" + of.formatted("admitted", "redis"), 2.0)
                .containsEntry("weir.decisions s" + of.formatted("refused", "local"), 1.0)
                .containsEntry("weir.decisions s" + of.formatted("unavailable", "outage-rule"), 1.0)
                .containsEntry("weir.decisions s" + of.formatted("would-refuse", "local"), 1.0)
                .containsEntry("weir.near_limit {decision}{application=shop, policy=orders}", 1.0)
                .containsEntry("weir.stand_in {decision}{application=shop, reason=outage}", 0.0)
                .containsEntry("weir.missed_deadlines {decision}{application=shop}", 0.0)
                .containsEntry("weir.lost_counts {loss}{application=shop}", 0.0)
                .containsEntry("weir.taken_ahead {permit}{application=shop}", 0.0)
                .containsEntry("weir.given_back {permit}{application=shop}", 0.0)
                .containsEntry("weir.degraded {application=shop}", 1.0)
                .containsEntry("weir.nodes {node}{application=shop}", 3.0)
                .containsEntry("weir.clock.skew s{application=shop}", -1.5)
                .containsEntry("weir.local.keys {key}{application=shop}", 12.0)
                .hasSize(13 + OutageCounters.Reason.values().length)
                .allSatisfy((name, value) -> assertThat(name).doesNotContain("203.0.113.7"));
    }

    /** The bounds that an SDK has by itself are for milliseconds: all would be in the first. */
    @Test
    void timesAreSecondsWithBoundsOfTheirOwn() {
        open(sdk);
        monitor.decided(ORDERS, KEY, Edge.METHOD, DecidedBy.REDIS, ADMITTED, 2_000_000);
        HistogramPointData point =
                reader.collectAllMetrics().stream()
                        .filter(metric -> metric.getName().equals("weir.decisions"))
                        .flatMap(metric -> metric.getHistogramData().getPoints().stream())
                        .findFirst()
                        .orElseThrow();
        assertThat(point.getSum()).isEqualTo(0.002);
        assertThat(point.getBoundaries()).contains(0.001, 0.002_5, 0.05);
        assertThat(point.getCounts().get(point.getBoundaries().indexOf(0.002_5))).isEqualTo(1);
    }

    @Test
    void whatIsNotAdmittedIsAnEventOfTheCurrentSpan() {
        open(null); // traces are there without metrics
        Span span = sdk.getTracer("test").spanBuilder("request").startSpan();
        try (Scope scope = span.makeCurrent()) {
            assertThat(scope).isNotNull();
            decide();
        }
        span.end();
        decide(); // of no span
        assertThat(spans.getFinishedSpanItems().get(0).getEvents())
                .extracting(
                        event -> event.getName(),
                        event -> event.getAttributes().get(AttributeKey.stringKey("weir.policy")),
                        event -> event.getAttributes().get(AttributeKey.stringKey("weir.outcome")),
                        event -> event.getAttributes().get(AttributeKey.stringKey("weir.store")))
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(
                                "weir.refused", "orders", "refused", "local"),
                        org.assertj.core.groups.Tuple.tuple(
                                "weir.refused", "orders", "unavailable", "outage-rule"),
                        org.assertj.core.groups.Tuple.tuple(
                                "weir.refused", "orders", "would-refuse", "local"));
    }

    @Test
    void nothingIsMeasuredWhereNobodyCollects() {
        for (OpenTelemetry nobody :
                List.of(OpenTelemetry.noop(), OpenTelemetrySdk.builder().build())) {
            try (DecisionMonitor other = monitor()) {
                other.open("other", List.of(ORDERS), List.of(new OpenTelemetryMeters(nobody)));
                assertThat(other.times()).isFalse();
            }
        }
        assertThat(GlobalOpenTelemetry.isSet()).isFalse();
    }

    /**
     * To ask for the global instance sets it: an application that sets its own later would fail.
     */
    @Test
    void theGlobalInstanceIsTakenOnceTheApplicationHasSetIt() {
        open(null);
        decide();
        monitor.look();
        assertThat(monitor.times()).isFalse();
        GlobalOpenTelemetry.set(sdk);
        monitor.look();
        assertThat(monitor.times()).isTrue();
        decide();
        assertThat(collected())
                .containsEntry(
                        "weir.decisions s{application=shop, outcome=refused, policy=orders,"
                                + " store=local}",
                        1.0)
                .containsEntry("weir.near_limit {decision}{application=shop, policy=orders}", 2.0)
                .containsEntry("weir.nodes {node}{application=shop}", 3.0);
    }

    @Test
    void whatIsGivenIsPreferredUnlessItCollectsNothing() {
        GlobalOpenTelemetry.set(sdk);
        open(OpenTelemetry.noop());
        decide();
        assertThat(collected()).isNotEmpty();
    }

    /** But for histograms, which no API can remove. */
    @Test
    void stateGoesWithTheApplication() {
        open(sdk);
        decide();
        monitor.close();
        monitor.decided(ORDERS, KEY, Edge.METHOD, DecidedBy.LOCAL, refused(), 70);
        monitor.look();
        assertThat(collected().keySet()).allMatch(name -> name.startsWith("weir.decisions"));
        assertThat(collected())
                .containsEntry(
                        "weir.decisions s{application=shop, outcome=refused, policy=orders,"
                                + " store=local}",
                        1.0);
    }

    @Test
    void anInstanceThatThrowsChangesNothing() {
        OpenTelemetry broken =
                new OpenTelemetry() {
                    @Override
                    public TracerProvider getTracerProvider() {
                        return TracerProvider.noop();
                    }

                    @Override
                    public MeterProvider getMeterProvider() {
                        throw new IllegalStateException("no meters today");
                    }

                    @Override
                    public ContextPropagators getPropagators() {
                        return ContextPropagators.noop();
                    }
                };
        assertThatCode(
                        () -> {
                            open(broken);
                            decide();
                            monitor.look();
                        })
                .doesNotThrowAnyException();
    }
}
