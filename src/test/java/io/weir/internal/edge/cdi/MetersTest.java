package io.weir.internal.edge.cdi;

import static io.opentelemetry.api.common.AttributeKey.stringKey;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.weir.RateLimitExceededException;
import io.weir.RateLimited;
import io.weir.internal.app.Deployment;
import io.weir.testing.LogLines;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

/** What an application shows of its limiter, in JMX and in whatever Micrometer there is. */
class MetersTest {

    @Dependent
    static class Limited {
        @RateLimited(name = "mine", value = "1/hour")
        public void call() {}
    }

    @Dependent
    static class Scoped {
        static final List<MeterRegistry> MADE = new ArrayList<>();

        @Produces
        @ApplicationScoped
        MeterRegistry registry() {
            MeterRegistry made = new SimpleMeterRegistry();
            MADE.add(made);
            return made;
        }
    }

    /** As a server's subsystem has it. */
    @Dependent
    static class Unscoped {
        static final MeterRegistry REGISTRY = new SimpleMeterRegistry();

        @Produces
        MeterRegistry registry() {
            return REGISTRY;
        }
    }

    @Dependent
    static class Broken {
        @Produces
        @ApplicationScoped
        MeterRegistry registry() {
            throw new IllegalStateException("no registry today");
        }
    }

    /** As MicroProfile Telemetry offers it, and an application may. */
    @Dependent
    static class Telemetry {
        static final InMemoryMetricReader READER = InMemoryMetricReader.create();

        @Produces
        @ApplicationScoped
        OpenTelemetry telemetry() {
            return OpenTelemetrySdk.builder()
                    .setMeterProvider(
                            SdkMeterProvider.builder().registerMetricReader(READER).build())
                    .build();
        }
    }

    @Dependent
    static class BrokenTelemetry {
        @Produces
        @ApplicationScoped
        OpenTelemetry telemetry() {
            throw new IllegalStateException("no telemetry today");
        }
    }

    private static void callTwice(Deployed app) {
        app.get(Deployment.class).start("/shop", Set.of(), Map.of());
        app.get(Limited.class).call();
        try {
            app.get(Limited.class).call();
        } catch (RateLimitExceededException e) {
            return;
        }
        throw new AssertionError("not refused");
    }

    private static Map<String, Double> measured(MeterRegistry registry) {
        Map<String, Double> measured = new TreeMap<>();
        registry.find("weir.decisions")
                .timers()
                .forEach(
                        timer ->
                                measured.put(
                                        timer.getId().getTag("policy")
                                                + " "
                                                + timer.getId().getTag("outcome"),
                                        (double) timer.count()));
        registry.find("weir.nodes").gauges().forEach(gauge -> measured.put("nodes", gauge.value()));
        return measured;
    }

    private static final Map<String, Double> EXPECTED =
            Map.of("mine admitted", 1.0, "mine refused", 1.0, "nodes", 1.0);

    private static long jmx(String attribute) throws JMException {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        return (Long)
                server.getAttribute(
                        new ObjectName("io.weir:type=Policy,application=shop,name=\"mine\""),
                        attribute);
    }

    private static Set<ObjectName> shown() throws JMException {
        return ManagementFactory.getPlatformMBeanServer()
                .queryNames(new ObjectName("io.weir:*"), null);
    }

    @Test
    void jmxHasItAlways() throws Exception {
        try (Deployed app = Deployed.with(Limited.class)) {
            assertThat(shown()).isEmpty();
            callTwice(app);
            assertThat(jmx("AdmittedByLocal")).isEqualTo(1);
            assertThat(jmx("RefusedByLocal")).isEqualTo(1);
            assertThat(
                            ManagementFactory.getPlatformMBeanServer()
                                    .getAttribute(
                                            new ObjectName("io.weir:type=Limiter,application=shop"),
                                            "LocalKeys"))
                    .isEqualTo(1);
        }
        assertThat(shown()).isEmpty();
    }

    @Test
    void aScopedRegistryIsUsedAndLeftEmpty() {
        Scoped.MADE.clear();
        try (Deployed app = Deployed.with(Limited.class, Scoped.class)) {
            callTwice(app);
            MeterRegistry proxy = app.get(MeterRegistry.class);
            assertThat(measured(proxy)).isEqualTo(EXPECTED);
            assertThat(Metrics.globalRegistry.getMeters()).isEmpty();
        }
        assertThat(Scoped.MADE).hasSize(1);
        assertThat(Scoped.MADE.get(0).getMeters()).isEmpty();
    }

    @Test
    void anUnscopedRegistryIsUsedAndLeftEmpty() {
        try (Deployed app = Deployed.with(Limited.class, Unscoped.class)) {
            callTwice(app);
            assertThat(measured(Unscoped.REGISTRY)).isEqualTo(EXPECTED);
        }
        assertThat(Unscoped.REGISTRY.getMeters()).isEmpty();
    }

    @Test
    void withoutABeanTheGlobalRegistryIsUsedAndLeftEmpty() {
        SimpleMeterRegistry scraped = new SimpleMeterRegistry();
        Metrics.addRegistry(scraped);
        try (Deployed app = Deployed.with(Limited.class)) {
            callTwice(app);
            assertThat(measured(scraped)).isEqualTo(EXPECTED);
        } finally {
            Metrics.removeRegistry(scraped);
        }
        assertThat(scraped.getMeters()).isEmpty();
        assertThat(Metrics.globalRegistry.getMeters()).isEmpty();
    }

    @Test
    void aBeanOfOpenTelemetryIsUsedBesideMicrometer() {
        try (Deployed app = Deployed.with(Limited.class, Unscoped.class, Telemetry.class)) {
            callTwice(app);
            assertThat(measured(Unscoped.REGISTRY)).isEqualTo(EXPECTED);
            assertThat(Telemetry.READER.collectAllMetrics())
                    .filteredOn(metric -> metric.getName().equals("weir.decisions"))
                    .flatMap(metric -> metric.getHistogramData().getPoints())
                    .extracting(point -> point.getAttributes().get(stringKey("outcome")))
                    .containsExactlyInAnyOrder("admitted", "refused");
        }
        assertThat(Telemetry.READER.collectAllMetrics())
                .extracting(MetricData::getName)
                .doesNotContain("weir.nodes");
    }

    @Test
    void noRegistryAndSeveralDoNotStopTheDeployment() throws Exception {
        assertThat(deployed(Broken.class)).contains("The MeterRegistry cannot be used");
        assertThat(deployed(BrokenTelemetry.class))
                .contains("The bean of type OpenTelemetry cannot be used");
        assertThat(deployed(Scoped.class, Unscoped.class))
                .contains("The MeterRegistry cannot be used");
    }

    /** What is warned about. */
    private static String deployed(Class<?>... producers) throws JMException {
        Class<?>[] beans = Arrays.copyOf(producers, producers.length + 1);
        beans[producers.length] = Limited.class;
        try (LogLines log = new LogLines("io.weir");
                Deployed app = Deployed.with(beans)) {
            callTwice(app);
            assertThat(jmx("Refused")).isEqualTo(1);
            return String.join("\n", log.with("WARNING "));
        }
    }
}
