package io.weir.shop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.Message;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The first deployment whole, as {@code compose.yaml} has it: two shops, one Redis, its exporter
 * and Prometheus (Debian's {@code prometheus} and {@code prometheus-redis-exporter}; it fails
 * without them), through an outage. Every panel of the dashboard shows something, and the rules
 * that should fire do, and no others.
 */
@Tag("heavy")
@EnabledIfSystemProperty(named = "shop.server", matches = "wildfly") // that of compose.yaml
class WatchedShopIT {

    private static final int PATIENCE_SECONDS = 150;

    @TempDir Path directory;

    private final HttpClient http = HttpClient.newHttpClient();
    private final ObjectMapper json = new ObjectMapper();
    private final List<Process> processes = new ArrayList<>();
    private final int redis = ShopServer.freePort();
    private final int prometheus = ShopServer.freePort();

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

    private Process start(List<String> command, Map<String, String> environment)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        builder.directory(directory.toFile());
        builder.redirectErrorStream(true)
                .redirectOutput(directory.resolve(processes.size() + ".log").toFile());
        try {
            Process process = builder.start();
            processes.add(process);
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            return process;
        } catch (IOException e) {
            throw new AssertionError(
                    command.get(0)
                            + " is not on the PATH: apt-get install prometheus"
                            + " prometheus-redis-exporter",
                    e);
        }
    }

    private Process startRedis() throws IOException {
        List<String> command = Compose.command("redis", Map.of());
        command.set(0, Compose.redisServer());
        command.addAll(List.of("--port", String.valueOf(redis), "--bind", "127.0.0.1"));
        return start(command, Map.of());
    }

    /** Debian's Prometheus takes no OpenTelemetry: it reads what a process shows that does. */
    private int startReceiver() throws IOException {
        int port = ShopServer.freePort();
        Path source =
                Compose.FILE.resolveSibling(
                        "../servers/suite/src/main/java/io/weir/servers/OtlpReceiver.java");
        start(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        Stream.of(ExportMetricsServiceRequest.class, Message.class)
                                .map(type -> type.getProtectionDomain().getCodeSource())
                                .map(code -> code.getLocation().getPath())
                                .collect(Collectors.joining(File.pathSeparator)),
                        source.toAbsolutePath().toString(),
                        String.valueOf(port)),
                Map.of());
        return port;
    }

    private void startPrometheus(int exporter, int receiver) throws IOException {
        Path monitoring = Compose.FILE.resolveSibling("monitoring").toAbsolutePath();
        String config =
                Files.readString(monitoring.resolve("prometheus.yml"))
                        .replace("redis-exporter:9121", "127.0.0.1:" + exporter)
                        .replace("weir-rules.yml", monitoring.resolve("weir-rules.yml").toString())
                        .replace("interval: 5s", "interval: 1s");
        String received =
                """

                  - job_name: received
                    honor_labels: true
                    static_configs: [{targets: ["127.0.0.1:%s"]}]
                """
                        .formatted(receiver);
        Path file = Files.writeString(directory.resolve("prometheus.yml"), config + received);
        List<String> command = new ArrayList<>(List.of("prometheus"));
        command.addAll(
                Compose.command(
                        "prometheus",
                        Map.of(
                                "/etc/prometheus/prometheus.yml",
                                file.toString(),
                                "path=/prometheus",
                                "path=" + directory.resolve("data"))));
        command.remove("--web.enable-otlp-receiver");
        command.add("--web.listen-address=127.0.0.1:" + prometheus);
        start(command, Map.of());
    }

    private ShopServer startShop(String service, int receiver) throws Exception {
        Map<String, String> environment =
                Compose.environment(
                        service,
                        Map.of(
                                "http://prometheus:9090/api/v1/otlp",
                                "http://127.0.0.1:" + receiver,
                                "${REDIS_PASSWORD:-}",
                                "",
                                "${REDIS_URL:-}",
                                "",
                                "5000",
                                "500"));
        assertThat(environment.put("REDIS_HOST", "127.0.0.1")).isEqualTo("redis");
        environment.put("REDIS_PORT", String.valueOf(redis));
        environment.put("WEIR_REDIS_DEADLINE", "1s"); // of a busy machine
        environment.put("WEIR_POLICY_SEARCH_CANDIDATE", "5/min");
        return ShopServer.startForTest("watched-" + service, environment);
    }

    private JsonNode query(String expression) throws IOException, InterruptedException {
        URI uri =
                URI.create(
                        "http://127.0.0.1:%s/api/v1/query?query=%s"
                                .formatted(
                                        prometheus,
                                        URLEncoder.encode(expression, StandardCharsets.UTF_8)));
        String body =
                http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
        JsonNode answer = json.readTree(body);
        assertThat(answer.path("status").asText()).as(body).isEqualTo("success");
        return answer.at("/data/result");
    }

    private Set<String> firing() throws IOException, InterruptedException {
        Set<String> names = new TreeSet<>();
        query("ALERTS{alertstate=\"firing\"}")
                .forEach(alert -> names.add(alert.at("/metric/alertname").asText()));
        return names;
    }

    private Set<String> emptyPanels() throws IOException, InterruptedException {
        Path dashboard = Compose.FILE.resolveSibling("monitoring/weir-dashboard.json");
        JsonNode panels = json.readTree(dashboard.toFile()).path("panels");
        assertThat(panels).hasSizeGreaterThan(15);
        Set<String> empty = new TreeSet<>();
        for (JsonNode panel : panels) {
            String expression =
                    panel.at("/targets/0/expr")
                            .asText()
                            .replace("$__rate_interval", "15s")
                            .replace("$job", "shop")
                            .replace("$redis", "redis");
            if (query(expression).isEmpty()) {
                empty.add(panel.path("title").asText());
            }
        }
        return empty;
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

    /** Until it forgets: by Redis' own setting, and with what others write. */
    private void fillRedis() throws IOException {
        ShopRedis others = ShopRedis.at(redis);
        others.ask("CONFIG SET maxmemory 2mb");
        for (int i = 0; i < 2_000; i++) {
            others.ask("SETEX other:%s 60 %s".formatted(i, "x".repeat(1_000)));
        }
    }

    @Test
    void anOutageIsSeenAndNothingElse() throws Exception {
        Process first = startRedis();
        int exporter = ShopServer.freePort();
        List<String> command = new ArrayList<>(List.of("prometheus-redis-exporter"));
        command.add("-web.listen-address=127.0.0.1:" + exporter);
        start(
                command,
                Compose.environment(
                        "redis-exporter",
                        Map.of("redis:6379", "127.0.0.1:" + redis, "${REDIS_PASSWORD:-}", "")));
        int receiver = startReceiver();
        startPrometheus(exporter, receiver);
        Set<Integer> answered = new ConcurrentSkipListSet<>();
        ScheduledExecutorService traffic = Executors.newScheduledThreadPool(1);
        try (ShopServer one = startShop("shop", receiver);
                ShopServer two = startShop("shop-2", receiver)) {
            int[] call = {0};
            traffic.scheduleAtFixedRate(
                    () -> {
                        int number = call[0]++;
                        // One client asks all the time and is refused, the others are not.
                        String who =
                                number % 5 == 0
                                        ? "203.0.113.7"
                                        : "198.51.%s.%s"
                                                .formatted(number / 200 % 200, number % 200);
                        ShopServer shop = number % 2 == 0 ? one : two;
                        ShopClient client = new ShopClient(shop.page(), who);
                        try {
                            answered.add(client.get("search?q=tea").statusCode());
                            answered.add(client.get("api/products/3").statusCode());
                        } catch (IOException e) {
                            answered.add(-1);
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    },
                    0,
                    40,
                    TimeUnit.MILLISECONDS);

            await("panels without data", this::emptyPanels, Set.of());
            await("of both shops", () -> query("weir_nodes == 2").size(), 2);
            assertThat(firing()).isEmpty();

            first.destroyForcibly().waitFor();
            await("firing", this::firing, Set.of("WeirDegraded", "WeirRedisDown"));
            assertThat(query("weir_degraded == 1")).hasSize(2);
            assertThat(query("sum(weir_stand_in_total{reason=\"outage\"}) > 500")).isNotEmpty();

            startRedis();
            await("firing", this::firing, Set.of("WeirLostCounts"));
            await("panels without data", this::emptyPanels, Set.of());
            await("decided by Redis", () -> query("weir_degraded == 0").size(), 2);

            fillRedis();
            await("firing", this::firing, Set.of("WeirEvictions", "WeirLostCounts"));
            assertThat(answered).isSubsetOf(200, 429).contains(200, 429);
        } finally {
            traffic.shutdownNow();
        }
    }
}
