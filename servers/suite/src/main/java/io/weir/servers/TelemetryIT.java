package io.weir.servers;

import static io.weir.servers.Answers.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.servers.app.LimiterServlet;
import io.weir.servers.app.PageServlet;
import io.weir.servers.telemetry.Brought;
import io.weir.servers.telemetry.CountedServlet;
import io.weir.servers.telemetry.TracedServlet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a real exporter of OpenTelemetry sends: of the server's SDK where it has one, else of one
 * that the application brings. A registry of Micrometer is the application's own on each server.
 */
@Tag("telemetry")
@ExtendWith(ArquillianExtension.class)
class TelemetryIT {

    private static final String SERVER = System.getProperty("server.name");
    private static final OtlpReceiver RECEIVER = receiver();

    @ArquillianResource URL url;

    private static OtlpReceiver receiver() {
        try {
            return new OtlpReceiver(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterAll
    static void stop() {
        RECEIVER.close();
    }

    @Deployment(testable = false)
    static WebArchive war() {
        WebArchive war =
                Wars.empty(
                                "telemetry",
                                "weir.policy.search.path = /search",
                                "weir.policy.search.limit = 2/min burst 2",
                                "weir.policy.search.candidate = 1/min burst 1",
                                "weir.policies = traced",
                                "weir.policy.traced.limit = 1/min",
                                "weir.redis.deadline = 5s",
                                SuiteRedis.settings())
                        .addClasses(PageServlet.class, LimiterServlet.class, TracedServlet.class)
                        .addClasses(CountedServlet.class, CountedServlet.Own.class)
                        .addAsLibraries(Wars.libraries("micrometer"))
                        .addAsResource(
                                new StringAsset(
                                        String.join(
                                                "\n",
                                                "otel.sdk.disabled=false",
                                                "otel.service.name=suite",
                                                "otel.resource.attributes=service.instance.id="
                                                        + SERVER,
                                                "otel.exporter.otlp.endpoint="
                                                        + RECEIVER.endpoint(),
                                                "otel.exporter.otlp.protocol=http/protobuf",
                                                "otel.metrics.exporter=otlp",
                                                "otel.traces.exporter=otlp",
                                                "otel.logs.exporter=none",
                                                "otel.metric.export.interval=500",
                                                "otel.bsp.schedule.delay=500")),
                                "META-INF/microprofile-config.properties");
        return Boolean.getBoolean("server.telemetry")
                ? war
                : war.addClass(Brought.class).addAsLibraries(Wars.libraries("telemetry"));
    }

    private Client used() {
        Client client = new Client(url);
        client.awaitStore("REDIS");
        while (client.get("search").statusCode() != 429) {}
        return client;
    }

    private static boolean tells(String series, String... labels) {
        return RECEIVER.text()
                .lines()
                .filter(line -> line.startsWith(series + "{job=\"suite\",instance=\"" + SERVER))
                .anyMatch(line -> Stream.of(labels).allMatch(line::contains));
    }

    @Test
    void whatIsCountedIsExportedAndWhatIsRefusedIsAnEvent() {
        Client client = used();
        assertRefused(client.get("search"), 2);
        assertThat(client.get("traced").body()).isEqualTo("Admitted");
        assertThat(client.get("traced").body()).isEqualTo("Refused");
        Observer.eventually(
                "exported",
                () ->
                        RECEIVER.traces().contains("weir.refused")
                                && tells(
                                        "weir_decisions_seconds_count",
                                        "application=\"telemetry\"",
                                        "policy=\"traced\"",
                                        "outcome=\"refused\"",
                                        "store=\"redis\""),
                true);
        assertThat(
                        List.of(
                                "weir_near_limit_total",
                                "weir_stand_in_total",
                                "weir_missed_deadlines_total",
                                "weir_lost_counts_total",
                                "weir_taken_ahead_total",
                                "weir_given_back_total",
                                "weir_degraded",
                                "weir_nodes",
                                "weir_candidate_calls_total",
                                "weir_candidate_would_refuse_total",
                                "weir_candidate_clients",
                                "weir_clock_skew_seconds",
                                "weir_local_keys"))
                .allMatch(series -> tells(series, "application=\"telemetry\""));
        assertThat(Integer.parseInt(client.get("counted").body())).isGreaterThanOrEqualTo(3);
        assertThat(RECEIVER.text()).doesNotContain("{127.0.0.1}");
        assertThat(RECEIVER.traces()).contains("weir.policy", "traced", "weir.outcome");
    }

    /**
     * Debian's {@code prometheus} on the PATH. What it learns of one server after the other lies in
     * one folder, and each panel of the dashboard has data of each.
     */
    @Test
    @Tag("heavy")
    void onePrometheusHasTheMetricsOfOneServerAfterTheOther(@TempDir Path directory)
            throws Exception {
        Path servers = Path.of(System.getProperty("server.libraries"), "../../..").normalize();
        String dashboard =
                Files.readString(servers.resolve("../war-example/monitoring/weir-dashboard.json"));
        int port = SuiteRedis.freePort();
        Path config =
                Files.writeString(
                        directory.resolve("prometheus.yml"),
                        """
                        global: {scrape_interval: 1s}
                        scrape_configs:
                          - job_name: otlp
                            honor_labels: true
                            static_configs: [{targets: ["%s"]}]
                        """
                                .formatted(RECEIVER.endpoint().replace("http://", "")));
        Process prometheus =
                new ProcessBuilder(
                                "prometheus",
                                "--config.file=" + config,
                                "--storage.tsdb.path=" + servers.resolve("target/prometheus"),
                                "--web.listen-address=127.0.0.1:" + port)
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("prometheus.log").toFile())
                        .start();
        try {
            Client asked = new Client(URI.create("http://127.0.0.1:" + port + "/").toURL());
            Client client = used();
            List<String> panels =
                    Pattern.compile("\"expr\": \"(.*)\"")
                            .matcher(dashboard)
                            .results()
                            .map(found -> found.group(1).replace("\\\"", "\""))
                            .filter(expression -> expression.contains("weir_"))
                            .toList();
            assertThat(panels).hasSizeGreaterThan(10);
            for (String panel : panels) {
                String expression =
                        panel.replace(
                                        "job=~\"$job\"",
                                        "job=\"suite\",instance=\"%s\"".formatted(SERVER))
                                .replace("$__rate_interval", "15s");
                Observer.eventually(
                        expression,
                        () -> {
                            client.get("search");
                            return answer(asked, expression).contains("\"value\"");
                        },
                        true);
            }
            System.out.println(
                    "Servers in one Prometheus: "
                            + answer(
                                    asked,
                                    "count by (instance)"
                                            + " (last_over_time(weir_nodes{job=\"suite\"}[1d]))"));
        } finally {
            prometheus.destroy();
            prometheus.waitFor();
        }
    }

    private static String answer(Client prometheus, String expression) {
        return prometheus
                .get("api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8))
                .body();
    }
}
