package io.weir.servers;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.zip.GZIPInputStream;

/**
 * What Prometheus has built in from version 3 on: takes OpenTelemetry's metrics over HTTP, and
 * shows what was told last of Weir's, by the names that they have in Prometheus. Keeps what it is
 * told of traces. A program of one file, too, for tests that do not have this suite.
 */
public final class OtlpReceiver implements AutoCloseable {

    private final HttpServer server;
    private final Map<String, String> samples = new ConcurrentSkipListMap<>();
    private final ByteArrayOutputStream traces = new ByteArrayOutputStream();

    private interface Body {
        void take(byte[] body) throws IOException;
    }

    /**
     * Receives from now on.
     *
     * @param port on 127.0.0.1; 0: any that is free
     */
    public OtlpReceiver(int port) throws IOException {
        server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        receive("/v1/metrics", body -> take(ExportMetricsServiceRequest.parseFrom(body)));
        receive("/v1/traces", traces::writeBytes);
        receive("/v1/logs", body -> {});
        server.createContext("/metrics", this::show);
        server.start();
    }

    public static void main(String... port) throws IOException {
        new OtlpReceiver(Integer.parseInt(port[0]));
    }

    private void receive(String path, Body taken) {
        server.createContext(
                path,
                exchange -> {
                    String encoding = exchange.getRequestHeaders().getFirst("Content-Encoding");
                    InputStream sent = exchange.getRequestBody();
                    taken.take(
                            ("gzip".equals(encoding) ? new GZIPInputStream(sent) : sent)
                                    .readAllBytes());
                    exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                });
    }

    private void show(HttpExchange exchange) throws IOException {
        byte[] body = text().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private void take(ExportMetricsServiceRequest request) {
        for (ResourceMetrics resource : request.getResourceMetricsList()) {
            String of =
                    "job=\"%s\",instance=\"%s\""
                            .formatted(
                                    attribute(resource, "service.name"),
                                    attribute(resource, "service.instance.id"));
            for (ScopeMetrics scope : resource.getScopeMetricsList()) {
                for (Metric metric : scope.getMetricsList()) {
                    if (metric.getName().startsWith("weir.")) {
                        take(metric, of);
                    }
                }
            }
        }
    }

    private void take(Metric metric, String of) {
        String unit = metric.getUnit().equals("s") ? "_seconds" : "";
        String name = metric.getName().replace('.', '_') + unit;
        for (HistogramDataPoint point : metric.getHistogram().getDataPointsList()) {
            String labels = labels(of, point.getAttributesList());
            samples.put(name + "_count" + labels, String.valueOf(point.getCount()));
            samples.put(name + "_sum" + labels, String.valueOf(point.getSum()));
        }
        take(name + "_total", metric.getSum().getDataPointsList(), of);
        take(name, metric.getGauge().getDataPointsList(), of);
    }

    private void take(String name, List<NumberDataPoint> points, String of) {
        for (NumberDataPoint point : points) {
            samples.put(
                    name + labels(of, point.getAttributesList()),
                    point.hasAsInt()
                            ? String.valueOf(point.getAsInt())
                            : String.valueOf(point.getAsDouble()));
        }
    }

    private static String labels(String of, List<KeyValue> attributes) {
        StringBuilder labels = new StringBuilder("{").append(of);
        for (KeyValue attribute : attributes) {
            labels.append(',')
                    .append(attribute.getKey().replace('.', '_'))
                    .append("=\"")
                    .append(escaped(attribute))
                    .append('"');
        }
        return labels.append('}').toString();
    }

    private static String attribute(ResourceMetrics resource, String key) {
        return resource.getResource().getAttributesList().stream()
                .filter(attribute -> attribute.getKey().equals(key))
                .map(OtlpReceiver::escaped)
                .findFirst()
                .orElse("");
    }

    private static String escaped(KeyValue attribute) {
        return attribute
                .getValue()
                .getStringValue()
                .replace("\\", "\\\\")
                .replace("\"", "\\\"")
                .replace("\n", "\\n");
    }

    /** Where metrics are sent to. */
    public String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** What Prometheus reads. */
    public String text() {
        StringBuilder text = new StringBuilder();
        samples.forEach(
                (series, value) -> text.append(series).append(' ').append(value).append('\n'));
        return text.toString();
    }

    /** All that was told of traces: names and attributes are readable in it as they are. */
    public String traces() {
        return traces.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
