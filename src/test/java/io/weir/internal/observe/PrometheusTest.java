package io.weir.internal.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.weir.Key;
import io.weir.RateLimiter;
import io.weir.internal.app.Deployment;
import io.weir.internal.edge.cdi.Deployed;
import io.weir.testing.RealRedis;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/**
 * A real Prometheus and the real exporter of Redis (Debian's {@code prometheus} and {@code
 * prometheus-redis-exporter}; it fails without them) watch an application through an outage: every
 * panel shows something, and the rules that should fire do, and no others.
 */
@Tag("heavy")
class PrometheusTest {

    private static final int PATIENCE_SECONDS = 150;

    @TempDir Path directory;

    private final HttpClient client = HttpClient.newHttpClient();
    private final List<Process> processes = new ArrayList<>();
    private final int port = RealRedis.freePort();

    private interface Asked<T> {
        T now() throws Exception;
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (Process process : processes) {
            process.destroy();
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
    }

    private void start(String... command) throws IOException {
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(directory.resolve(processes.size() + ".log").toFile())
                            .start();
            processes.add(process);
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        } catch (IOException e) {
            throw new AssertionError(
                    command[0]
                            + " is not on the PATH: apt-get install prometheus"
                            + " prometheus-redis-exporter",
                    e);
        }
    }

    private JsonArray query(String expression) throws IOException, InterruptedException {
        URI uri =
                URI.create(
                        "http://127.0.0.1:%s/api/v1/query?query=%s"
                                .formatted(
                                        port,
                                        URLEncoder.encode(expression, StandardCharsets.UTF_8)));
        String body =
                client.send(
                                HttpRequest.newBuilder(uri).build(),
                                HttpResponse.BodyHandlers.ofString())
                        .body();
        try (JsonReader reader = Json.createReader(new StringReader(body))) {
            JsonObject answer = reader.readObject();
            assertThat(answer.getString("status")).as(body).isEqualTo("success");
            return answer.getJsonObject("data").getJsonArray("result");
        }
    }

    private Set<String> firing() throws IOException, InterruptedException {
        Set<String> names = new TreeSet<>();
        query("ALERTS{alertstate=\"firing\"}")
                .forEach(
                        alert ->
                                names.add(
                                        alert.asJsonObject()
                                                .getJsonObject("metric")
                                                .getString("alertname")));
        return names;
    }

    private static <T> void await(String what, Asked<T> asked, T expected) throws Exception {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        T last;
        do {
            Thread.sleep(500);
            try {
                last = asked.now();
            } catch (IOException e) { // not there yet
                last = null;
            }
        } while (!expected.equals(last) && System.nanoTime() < until);
        assertThat(last).as(what).isEqualTo(expected);
    }

    private Set<String> emptyPanels() throws Exception {
        Set<String> empty = new TreeSet<>();
        for (Monitoring.Panel panel : Monitoring.panels()) {
            String expression =
                    panel.expression()
                            .replace("$__rate_interval", "15s")
                            .replace("$job", "shop")
                            .replace("$redis", "redis");
            if (query(expression).isEmpty()) {
                empty.add(panel.title());
            }
        }
        return empty;
    }

    @Test
    void anOutageIsSeenAndNothingElse() throws Exception {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        HttpServer scraped =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        scraped.createContext(
                "/metrics",
                exchange -> {
                    byte[] body = registry.scrape().getBytes(StandardCharsets.UTF_8);
                    exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        scraped.start();
        Metrics.addRegistry(registry);
        ScheduledExecutorService traffic = Executors.newScheduledThreadPool(1);
        int exporter = RealRedis.freePort();
        try (RealRedis redis =
                        RealRedis.started("--save", "", "--maxmemory-policy", "allkeys-lru");
                Deployed app =
                        Deployed.with(
                                Map.of(
                                        "weir.redis.url", redis.url(),
                                        "weir.redis.deadline", "1s",
                                        "weir.policies", "search",
                                        "weir.policy.search.limit", "10/min burst 10",
                                        "weir.policy.search.candidate", "5/min"))) {
            Path config =
                    Files.writeString(
                            directory.resolve("prometheus.yml"),
                            """
                            global: {scrape_interval: 1s, evaluation_interval: 1s}
                            rule_files: ["%s"]
                            scrape_configs:
                              - {job_name: shop, static_configs: [{targets: ["127.0.0.1:%s"]}]}
                              - {job_name: redis, static_configs: [{targets: ["127.0.0.1:%s"]}]}
                            """
                                    .formatted(
                                            Monitoring.FOLDER
                                                    .resolve("weir-rules.yml")
                                                    .toAbsolutePath(),
                                            scraped.getAddress().getPort(),
                                            exporter));
            start(
                    "prometheus-redis-exporter",
                    "-redis.addr=redis://127.0.0.1:" + redis.port(),
                    "-web.listen-address=127.0.0.1:" + exporter);
            start(
                    "prometheus",
                    "--config.file=" + config,
                    "--storage.tsdb.path=" + directory.resolve("data"),
                    "--web.listen-address=127.0.0.1:" + port);
            app.get(Deployment.class).start("/shop", Set.of(), Map.of());
            RateLimiter limiter = app.get(RateLimiter.class);
            int[] call = {0};
            traffic.scheduleAtFixedRate(
                    () -> {
                        int number = call[0]++;
                        // One client asks all the time and is refused, the others do not.
                        String who = number % 5 == 0 ? "203.0.113.7" : "198.51.100." + number;
                        limiter.tryAcquire("search", Key.ofClient(who), 1);
                    },
                    0,
                    20,
                    TimeUnit.MILLISECONDS);

            await("panels without data", this::emptyPanels, Set.of());
            assertThat(firing()).isEmpty();

            redis.kill();
            await("firing", this::firing, Set.of("WeirDegraded", "WeirRedisDown"));
            assertThat(query("sum(weir_stand_in_total{reason=\"outage\"}) > 1000")).isNotEmpty();

            redis.start();
            await("firing", this::firing, Set.of("WeirLostCounts"));
            assertThat(emptyPanels()).isEmpty();

            try (Jedis jedis = redis.client()) {
                jedis.configSet("maxmemory", "2mb");
                for (int i = 0; i < 2_000; i++) {
                    jedis.setex("other:" + i, 60, "x".repeat(1_000));
                }
            }
            await("firing", this::firing, Set.of("WeirEvictions", "WeirLostCounts"));
        } finally {
            traffic.shutdownNow();
            Metrics.removeRegistry(registry);
            scraped.stop(0);
        }
    }
}
