package io.weir.benchmarks;

import io.weir.benchmarks.Rounds.Figures;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import redis.embedded.RedisServer;

/**
 * Measures, and writes what it has measured into docs/benchmarks.md. Arguments: {@code local},
 * {@code redis}, {@code flood}, {@code memory}; {@code quick}, which is these four; {@code growth};
 * {@code full}, which is these five; {@code try}, which is quick with too short runs to mean
 * anything; {@code http}, which needs the shop and wrk.
 */
final class Main {

    private static final List<String> LOCAL =
            List.of(
                    Local.FLOOR,
                    Local.TIMED_FLOOR,
                    Local.WEIR_BUCKET,
                    Local.WEIR_WINDOW,
                    Local.WEIR_IDS,
                    Local.BUCKET4J,
                    Local.BUCKET4J_PROBE,
                    Local.BUCKET4J_CAFFEINE,
                    Local.RESILIENCE4J,
                    Local.GUAVA);

    private static final List<String> SHARED =
            List.of(
                    Shared.FLOOR,
                    Shared.WEIR_BUCKET,
                    Shared.WEIR_WINDOW,
                    Shared.WEIR_WINDOW_FIELDS,
                    Shared.WEIR_SCRIPT,
                    Shared.RATE_LIMITER,
                    Shared.BUCKET4J);

    private static final List<String> REFUSED =
            List.of(Shared.FLOOR, Shared.WEIR_REFUSED, Shared.BUCKET4J_REFUSED);

    private static final List<String> GROWTH =
            List.of(
                    Local.FLOOR,
                    Local.TIMED_FLOOR,
                    Local.WEIR_BUCKET,
                    Local.WEIR_WINDOW,
                    Local.BUCKET4J,
                    Local.BUCKET4J_CAFFEINE,
                    Local.RESILIENCE4J,
                    Local.GUAVA);

    private static final List<String> MEMORY =
            List.of(
                    Memory.WEIR_BUCKET,
                    Memory.WEIR_WINDOW,
                    Memory.WEIR_WINDOW_10,
                    Memory.WEIR_BOTH,
                    Memory.BUCKET4J,
                    Memory.BUCKET4J_CAFFEINE,
                    Memory.GUAVA);

    private final int rounds;
    private final long millis;

    private Main(int rounds, long millis) {
        this.rounds = rounds;
        this.millis = millis;
    }

    public static void main(String[] arguments) throws Exception {
        String what = arguments[0];
        Main main = what.equals("try") ? new Main(1, 100) : new Main(5, 500);
        List<String> all =
                switch (what) {
                    case "quick", "try" -> List.of("local", "redis", "flood", "memory");
                    case "full" -> List.of("local", "redis", "flood", "memory", "growth");
                    default -> List.of(what);
                };
        for (String one : all) {
            switch (one) {
                case "local" -> main.local();
                case "redis" -> main.redis();
                case "flood" -> main.flood();
                case "memory" -> main.memory();
                case "growth" -> main.growth();
                case "http" -> main.http();
                default -> throw new IllegalArgumentException(one);
            }
        }
    }

    private void local() throws Exception {
        Map<String, Figures> figures =
                new Rounds(Local.class, rounds, millis).run(LOCAL, 2, Map.of());
        Page.write("local", table(figures, List.of(Local.FLOOR, Local.TIMED_FLOOR)));
    }

    private void redis() throws Exception {
        withRedis(
                url -> {
                    Rounds runs =
                            new Rounds(Shared.class, rounds, millis)
                                    .with("-Dbenchmarks.redis=" + url)
                                    .warmUps(20);
                    String admitted = table(runs.run(SHARED, 8, Map.of()), List.of(Shared.FLOOR));
                    String refused =
                            table(runs.run(REFUSED, 8, Map.of("keys", "1")), List.of(Shared.FLOOR));
                    return admitted + "\nOne key that is being refused:\n\n" + refused;
                },
                "redis");
    }

    private void http() throws Exception {
        withRedis(new Http(8, 4)::table, "http");
    }

    private interface Measuring {
        String with(String redis) throws Exception;
    }

    private static void withRedis(Measuring measuring, String part) throws Exception {
        int port = freePort();
        RedisServer server =
                RedisServer.newRedisServer()
                        .port(port)
                        .setting("bind 127.0.0.1")
                        .setting("save \"\"")
                        .build();
        server.start();
        try {
            Page.write(part, measuring.with("redis://127.0.0.1:" + port));
        } finally {
            server.stop();
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** The median of the rounds, of them the ratio to each floor in the same round. */
    private static String table(Map<String, Figures> figures, List<String> floors) {
        StringBuilder table = new StringBuilder("| candidate | decisions a second |");
        floors.forEach(floor -> table.append(" of \"" + floor + "\" (least to most) |"));
        table.append(" bytes allocated |\n|---|---|").append("---|".repeat(floors.size()));
        table.append("---|\n");
        figures.forEach(
                (candidate, one) -> {
                    table.append(
                            String.format(
                                    Locale.ROOT, "| %s | %,.0f |", candidate, one.perSecond()));
                    for (String floor : floors) {
                        List<Double> ratios = one.ratios(figures.get(floor));
                        table.append(
                                String.format(
                                        Locale.ROOT,
                                        " %.2f (%.2f to %.2f) |",
                                        Rounds.median(ratios),
                                        ratios.stream().mapToDouble(r -> r).min().orElse(0),
                                        ratios.stream().mapToDouble(r -> r).max().orElse(0)));
                    }
                    table.append(String.format(Locale.ROOT, " %.0f |%n", one.bytes()));
                });
        return table.toString();
    }

    private void flood() throws Exception {
        Rounds runs = new Rounds(Crowd.class, rounds, millis);
        Map<Boolean, List<RunResult>> results = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            for (boolean flooded : List.of(false, true)) {
                RunResult result =
                        runs.runOnce("crowd", 2, Map.of("flooded", String.valueOf(flooded)));
                results.computeIfAbsent(flooded, f -> new ArrayList<>()).add(result);
            }
        }
        StringBuilder table =
                new StringBuilder(
                        "| ns a decision | calm | flooded | ratio |\n|---|---|---|---|\n");
        for (double percent : new double[] {50, 99, 99.9}) {
            double calm = percentile(results.get(false), percent);
            double flooded = percentile(results.get(true), percent);
            table.append(
                    String.format(
                            Locale.ROOT,
                            "| p%s | %,.0f | %,.0f | %.2f |%n",
                            String.valueOf(percent).replaceFirst("\\.0$", ""),
                            calm,
                            flooded,
                            flooded / calm));
        }
        Page.write("flood", table.toString());
    }

    /** Of the client that is known. */
    private static double percentile(List<RunResult> results, double percent) {
        List<Double> values = new ArrayList<>();
        for (RunResult result : results) {
            Result<?> known = result.getSecondaryResults().get("known");
            values.add(known.getStatistics().getPercentile(percent));
        }
        return Rounds.median(values);
    }

    private void memory() throws Exception {
        StringBuilder table = new StringBuilder("| of a million keys | bytes each |\n|---|---|\n");
        for (String what : MEMORY) {
            Process process =
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin", "java")
                                            .toString(),
                                    "-XX:+UseSerialGC",
                                    "-Xms3g",
                                    "-Xmx3g",
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    Memory.class.getName(),
                                    what)
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                            .strip();
            if (process.waitFor() != 0) {
                throw new IllegalStateException(what + ": " + said);
            }
            table.append("| " + what + " | " + said + " |\n");
        }
        Page.write("memory", table.toString());
    }

    /** One quantity varied at a time, from 1,000 keys, 2 threads and a million permits a second. */
    private void growth() throws Exception {
        List<Plot.Chart> charts =
                List.of(
                        chart(
                                "number of keys",
                                List.of(1, 1_000, 100_000, 1_000_000),
                                "keys",
                                GROWTH),
                        chart("permits a second", List.of(10, 1_000, 100_000), "permits", GROWTH),
                        chart("threads", List.of(1, 2, 8, 32), "threads", GROWTH),
                        chart(
                                "policies of one operation",
                                List.of(1, 2, 4, 8),
                                "policies",
                                List.of(Local.WEIR_BUCKET, Local.WEIR_WINDOW)));
        Files.writeString(Page.DOCS.resolve("benchmarks.svg"), Plot.svg(charts));
        StringBuilder text = new StringBuilder();
        for (Plot.Chart chart : charts) {
            text.append("| ns a decision, by " + chart.title() + " |");
            chart.at().forEach(at -> text.append(String.format(Locale.ROOT, " %,d |", at)));
            text.append("\n|---|").append("---|".repeat(chart.at().size())).append('\n');
            chart.nanos()
                    .forEach(
                            (candidate, nanos) -> {
                                text.append("| " + candidate + " |");
                                nanos.forEach(
                                        n ->
                                                text.append(
                                                        String.format(Locale.ROOT, " %,.0f |", n)));
                                text.append('\n');
                            });
            text.append('\n');
        }
        Page.write("growth", text.toString());
    }

    private Plot.Chart chart(String title, List<Integer> at, String what, List<String> candidates)
            throws Exception {
        Map<String, List<Double>> nanos = new LinkedHashMap<>();
        Rounds runs = new Rounds(Local.class, 1, millis);
        for (int value : at) {
            int threads = what.equals("threads") ? value : 2;
            Map<String, String> parameters = new LinkedHashMap<>(Map.of("keys", "1000"));
            if (!what.equals("threads")) {
                parameters.put(what, String.valueOf(value));
            }
            runs.run(candidates, threads, parameters)
                    .forEach(
                            (candidate, figures) ->
                                    nanos.computeIfAbsent(candidate, c -> new ArrayList<>())
                                            .add(threads * 1e9 / figures.perSecond()));
        }
        return new Plot.Chart(title, at, nanos);
    }
}
