package io.weir.servers;

import static io.weir.servers.Answers.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.weir.servers.app.LimiterServlet;
import io.weir.servers.app.PageServlet;
import io.weir.servers.telemetry.Brought;
import io.weir.servers.telemetry.TracedServlet;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What a real exporter of OpenTelemetry sends: of the server's SDK where it has one, else of one
 * that the application brings.
 */
@Tag("telemetry")
@ExtendWith(ArquillianExtension.class)
class TelemetryIT {

    private static final StringBuffer METRICS = new StringBuffer();
    private static final StringBuffer TRACES = new StringBuffer();
    private static final HttpServer COLLECTOR = collector();

    @ArquillianResource URL url;

    /** OTLP over HTTP. Names and labels are readable in it as they are. */
    private static HttpServer collector() {
        try {
            HttpServer collector =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            receive(collector, "/v1/metrics", METRICS);
            receive(collector, "/v1/traces", TRACES);
            receive(collector, "/v1/logs", new StringBuffer());
            collector.start();
            return collector;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void receive(HttpServer collector, String path, StringBuffer received) {
        collector.createContext(
                path,
                exchange -> {
                    boolean zipped =
                            "gzip"
                                    .equals(
                                            exchange.getRequestHeaders()
                                                    .getFirst("Content-Encoding"));
                    InputStream sent = exchange.getRequestBody();
                    byte[] body = (zipped ? new GZIPInputStream(sent) : sent).readAllBytes();
                    received.append(new String(body, StandardCharsets.ISO_8859_1));
                    exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                });
    }

    @AfterAll
    static void stop() {
        COLLECTOR.stop(0);
    }

    @Deployment(testable = false)
    static WebArchive war() {
        String endpoint = "http://127.0.0.1:" + COLLECTOR.getAddress().getPort();
        WebArchive war =
                Wars.empty(
                                "telemetry",
                                "weir.policy.search.path = /search",
                                "weir.policy.search.limit = 2/min burst 2",
                                "weir.policies = traced",
                                "weir.policy.traced.limit = 1/min",
                                "weir.redis.deadline = 5s",
                                SuiteRedis.settings())
                        .addClasses(PageServlet.class, LimiterServlet.class, TracedServlet.class)
                        .addAsResource(
                                new StringAsset(
                                        String.join(
                                                "\n",
                                                "otel.sdk.disabled=false",
                                                "otel.service.name=suite",
                                                "otel.exporter.otlp.endpoint=" + endpoint,
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

    @Test
    void whatIsCountedIsExportedAndWhatIsRefusedIsAnEvent() {
        Client client = new Client(url);
        client.awaitStore("REDIS");
        assertThat(client.get("search").body()).isEqualTo("page");
        assertThat(client.get("search").body()).isEqualTo("page");
        assertRefused(client.get("search"), 2);
        assertThat(client.get("traced").body()).isEqualTo("Admitted");
        assertThat(client.get("traced").body()).isEqualTo("Refused");
        Observer.eventually(
                "exported",
                () ->
                        TRACES.indexOf("weir.refused") >= 0
                                && METRICS.indexOf("refused") >= 0
                                && METRICS.indexOf("weir.near_limit") >= 0,
                true);
        assertThat(METRICS.toString())
                .contains(
                        "io.weir",
                        "weir.decisions",
                        "weir.near_limit",
                        "weir.stand_in",
                        "weir.missed_deadlines",
                        "weir.lost_counts",
                        "weir.degraded",
                        "weir.nodes",
                        "weir.clock.skew",
                        "weir.local.keys",
                        "application",
                        "telemetry",
                        "outcome",
                        "redis")
                .doesNotContain("{127.0.0.1}");
        assertThat(TRACES.toString()).contains("weir.policy", "traced", "weir.outcome");
    }
}
