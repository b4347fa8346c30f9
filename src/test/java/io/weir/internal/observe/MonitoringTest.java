package io.weir.internal.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Metrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.weir.DecidedBy;
import io.weir.Edge;
import io.weir.internal.count.OutageCounters;
import io.weir.internal.count.SetTicker;
import io.weir.internal.guard.Terms;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Prometheus and Grafana are given: it is what is made here, and looks at what there is. */
class MonitoringTest {

    private static Stream<String> expressions() {
        return Stream.concat(
                Monitoring.rules().stream()
                        .flatMap(rule -> Stream.of(rule.expression(), rule.watched())),
                Monitoring.panels().stream().map(Monitoring.Panel::expression));
    }

    @Test
    void theFilesAreWhatIsMade() throws IOException {
        if (Boolean.getBoolean("monitoring.write")) {
            Monitoring.write();
        }
        for (Map.Entry<String, String> file : Monitoring.files().entrySet()) {
            assertThat(Monitoring.FOLDER.resolve(file.getKey()))
                    .as("write it with -Dmonitoring.write=true")
                    .content()
                    .isEqualTo(file.getValue());
        }
    }

    /** As a server's Prometheus endpoint shows them. */
    @Test
    void eachOfOurSeriesIsInAScrapeAndEachMeterIsWatched() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        String scrape;
        try (DecisionMonitor monitor =
                new DecisionMonitor(
                        List.of(Fixtures.NOBODY),
                        Fixtures.STATUS,
                        new OutageCounters(),
                        () -> 1,
                        SetTicker.anywhere(),
                        true,
                        ManagementFactory::getPlatformMBeanServer)) {
            monitor.open("shop", List.of(Fixtures.ORDERS), List.of(new MicrometerMeters(registry)));
            monitor.decided(
                    Fixtures.ORDERS,
                    Fixtures.KEY,
                    Edge.METHOD,
                    DecidedBy.LOCAL,
                    Fixtures.left(1),
                    1_000);
            monitor.asked(
                    Fixtures.ORDERS,
                    Terms.Candidate.of(
                            Fixtures.ORDERS, Fixtures.ORDERS.limits(), List.of("20/min", "100/h")),
                    Fixtures.KEY,
                    1,
                    true);
            scrape = registry.scrape();
        }
        List<String> series =
                expressions()
                        .flatMap(expression -> Monitoring.seriesIn(expression).stream())
                        .filter(name -> name.startsWith("weir_"))
                        .distinct()
                        .toList();
        assertThat(series)
                .isNotEmpty()
                .allSatisfy(
                        name -> assertThat(scrape).contains("\n" + name + "{application=\"shop\""));
        for (Meters.Metric metric : Meters.Metric.values()) {
            assertThat(series).contains(Monitoring.series(metric));
        }
        assertThat(Metrics.globalRegistry.getMeters()).isEmpty();
    }

    @Test
    void eachRemedyIsAHeading() throws IOException {
        List<String> headings =
                Files.readAllLines(Path.of("docs", "operations.md")).stream()
                        .filter(line -> line.startsWith("#"))
                        .map(
                                line ->
                                        line.replaceFirst("#+ ", "")
                                                .toLowerCase(Locale.ROOT)
                                                .replaceAll("[^a-z0-9 _-]", "")
                                                .replace(' ', '-'))
                        .toList();
        assertThat(headings)
                .containsAll(Monitoring.rules().stream().map(Monitoring.Rule::heading).toList());
    }

    /** Debian's package prometheus has it; without it this fails. */
    @Tag("heavy")
    @ParameterizedTest
    @ValueSource(strings = {"check rules weir-rules.yml", "test rules weir-rules-test.yml"})
    void promtoolAgrees(String command) throws Exception {
        List<String> words = Stream.of(("promtool " + command).split(" ")).toList();
        Process promtool;
        try {
            promtool =
                    new ProcessBuilder(words)
                            .directory(Monitoring.FOLDER.toFile())
                            .redirectErrorStream(true)
                            .start();
        } catch (IOException e) {
            throw new AssertionError("promtool is not on the PATH: apt-get install prometheus", e);
        }
        String said = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(promtool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(promtool.exitValue()).as(said).isZero();
    }
}
