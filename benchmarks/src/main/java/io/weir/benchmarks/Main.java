package io.weir.benchmarks;

import io.weir.benchmarks.Turn.Sizes;
import io.weir.benchmarks.Turns.Figures;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import redis.embedded.RedisServer;

/**
 * Measures, and writes what it has measured into docs/benchmarks.md. Arguments: {@code local},
 * {@code redis}, {@code flood}, {@code memory}; {@code quick}, which is these four; {@code growth},
 * {@code growth-redis}; {@code full}, which is these six; {@code try}, which is quick with too
 * short runs to mean anything; {@code http}, which needs the shop and wrk.
 */
final class Main {

    private static final List<String> LOCAL =
            List.of(
                    Local.FLOOR,
                    Local.TIMED_FLOOR,
                    Local.MOMENTS_FLOOR,
                    Local.TEXT_FLOOR,
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
                    Shared.SCRIPT_FLOOR,
                    Shared.WEIR_BUCKET,
                    Shared.WEIR_WINDOW,
                    Shared.WEIR_WINDOW_FIELDS,
                    Shared.WEIR_SCRIPT,
                    Shared.RATE_LIMITER,
                    Shared.RATE_LIMITER_EXPIRING,
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

    private static final List<String> SHARED_GROWTH =
            List.of(
                    Shared.FLOOR,
                    Shared.WEIR_BUCKET,
                    Shared.WEIR_WINDOW,
                    Shared.WEIR_SCRIPT,
                    Shared.RATE_LIMITER,
                    Shared.BUCKET4J);

    private static final List<String> MEMORY =
            List.of(
                    Memory.WEIR_BUCKET,
                    Memory.WEIR_WINDOW,
                    Memory.WEIR_WINDOW_10,
                    Memory.WEIR_BOTH,
                    Memory.BUCKET4J,
                    Memory.BUCKET4J_CAFFEINE,
                    Memory.GUAVA);

    private final boolean brief;

    private Main(boolean brief) {
        this.brief = brief;
    }

    public static void main(String[] arguments) throws Exception {
        String what = arguments[0];
        Main main = new Main(what.equals("try"));
        List<String> all =
                switch (what) {
                    case "quick", "try" -> List.of("local", "redis", "flood", "memory");
                    case "full" ->
                            List.of("local", "redis", "flood", "memory", "growth", "growth-redis");
                    default -> List.of(what);
                };
        for (String one : all) {
            switch (one) {
                case "local" -> main.local();
                case "redis" -> main.redis();
                case "flood" -> main.flood();
                case "memory" -> main.memory();
                case "growth" -> main.growth();
                case "growth-redis" -> main.sharedGrowth();
                case "http" -> main.http();
                default -> throw new IllegalArgumentException(one);
            }
        }
    }

    private void local() throws Exception {
        Map<String, Figures> figures =
                turns(Turns.NO_REDIS, 24).run(LOCAL, new Sizes(2, 10_000, 1_000_000, 1));
        Page.write("local", table(figures, List.of(Local.FLOOR, Local.TIMED_FLOOR)));
    }

    private void redis() throws Exception {
        withRedis(
                url -> {
                    // With a client of Redis there is more to compile.
                    Turns turns = turns(url, 60);
                    List<String> floors = List.of(Shared.FLOOR, Shared.SCRIPT_FLOOR);
                    String admitted =
                            table(turns.run(SHARED, new Sizes(8, 1_000, 1_000, 1)), floors);
                    String refused =
                            table(
                                    turns.run(REFUSED, new Sizes(8, 1, 1_000, 1)),
                                    List.of(Shared.FLOOR));
                    return admitted + "\nOne key that is being refused:\n\n" + refused;
                },
                "redis");
    }

    private Turns turns(String redis, int warmUps) {
        return brief ? new Turns(redis, 0, 1, 100) : new Turns(redis, warmUps, 40, 500);
    }

    private void http() throws Exception {
        withRedis(new Http(24, 2)::table, "http");
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

    /** The medians of the rounds, with the quartiles of the ratios. */
    private static String table(Map<String, Figures> figures, List<String> floors) {
        StringBuilder table = new StringBuilder("| candidate | decisions a second |");
        floors.forEach(floor -> table.append(" of \"" + floor + "\" (quartiles) |"));
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
                                        Turns.part(ratios, 0.5),
                                        Turns.part(ratios, 0.25),
                                        Turns.part(ratios, 0.75)));
                    }
                    table.append(String.format(Locale.ROOT, " %.0f |%n", one.bytes()));
                });
        return table.toString();
    }

    private void flood() throws Exception {
        int rounds = brief ? 1 : 5;
        Map<Boolean, List<RunResult>> results = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            for (boolean flooded : List.of(false, true)) {
                results.computeIfAbsent(flooded, f -> new ArrayList<>()).add(crowd(flooded));
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

    private RunResult crowd(boolean flooded) throws RunnerException {
        TimeValue time = TimeValue.milliseconds(brief ? 100 : 500);
        return new Runner(
                        new OptionsBuilder()
                                .include("^" + Pattern.quote(Crowd.class.getName()) + "\\.crowd$")
                                .param("flooded", String.valueOf(flooded))
                                .threads(2)
                                .forks(1)
                                .warmupIterations(6)
                                .warmupTime(time)
                                .measurementIterations(3)
                                .measurementTime(time)
                                .jvmArgs("-Xms3g", "-Xmx3g")
                                .shouldFailOnError(true)
                                .verbosity(VerboseMode.SILENT)
                                .build())
                .runSingle();
    }

    /** Of the client that is known. */
    private static double percentile(List<RunResult> results, double percent) {
        List<Double> values = new ArrayList<>();
        for (RunResult result : results) {
            Result<?> known = result.getSecondaryResults().get("known");
            values.add(known.getStatistics().getPercentile(percent));
        }
        return Turns.part(values, 0.5);
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
        Turns turns = brief ? turns(Turns.NO_REDIS, 0) : new Turns(Turns.NO_REDIS, 30, 11, 200);
        Sizes from = new Sizes(2, 1_000, 1_000_000, 1);
        String tables =
                grown(
                        "benchmarks.svg",
                        List.of(
                                chart(
                                        turns,
                                        GROWTH,
                                        from,
                                        Quantity.KEYS,
                                        1,
                                        1_000,
                                        100_000,
                                        1_000_000),
                                chart(turns, GROWTH, from, Quantity.PERMITS, 10, 1_000, 100_000),
                                chart(turns, GROWTH, from, Quantity.THREADS, 1, 2, 8, 32),
                                chart(
                                        turns,
                                        List.of(Local.WEIR_BUCKET, Local.WEIR_WINDOW),
                                        from,
                                        Quantity.POLICIES,
                                        1,
                                        2,
                                        4,
                                        8)));
        Page.write("growth", tables);
    }

    /** The same in Redis, from 1,000 keys, 8 threads and a million permits a minute. */
    private void sharedGrowth() throws Exception {
        withRedis(
                url -> {
                    Turns turns = brief ? turns(url, 0) : new Turns(url, 40, 11, 250);
                    Sizes from = new Sizes(8, 1_000, 1_000_000, 1);
                    return grown(
                            "benchmarks-redis.svg",
                            List.of(
                                    chart(
                                            turns,
                                            SHARED_GROWTH,
                                            from,
                                            Quantity.KEYS,
                                            1,
                                            1_000,
                                            100_000),
                                    chart(
                                            turns,
                                            SHARED_GROWTH,
                                            from,
                                            Quantity.PERMITS,
                                            10,
                                            1_000,
                                            100_000),
                                    chart(
                                            turns,
                                            SHARED_GROWTH,
                                            from,
                                            Quantity.THREADS,
                                            1,
                                            2,
                                            8,
                                            32)));
                },
                "growth-redis");
    }

    /** Draws the charts, and says the same in tables. */
    private static String grown(String picture, List<Plot.Chart> charts) throws IOException {
        Files.writeString(Page.DOCS.resolve(picture), Plot.svg(charts));
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
        return text.toString();
    }

    private enum Quantity {
        KEYS("number of keys"),
        PERMITS("permits"),
        THREADS("threads"),
        POLICIES("policies of one operation");

        private final String title;

        Quantity(String title) {
            this.title = title;
        }

        Sizes in(Sizes from, int value) {
            return new Sizes(
                    this == THREADS ? value : from.threads(),
                    this == KEYS ? value : from.keys(),
                    this == PERMITS ? value : from.permits(),
                    this == POLICIES ? value : from.policies());
        }
    }

    private static Plot.Chart chart(
            Turns turns, List<String> candidates, Sizes from, Quantity quantity, int... values)
            throws IOException {
        Map<String, List<Double>> nanos = new LinkedHashMap<>();
        for (int value : values) {
            Sizes sizes = quantity.in(from, value);
            turns.run(candidates, sizes)
                    .forEach(
                            (candidate, figures) ->
                                    nanos.computeIfAbsent(candidate, c -> new ArrayList<>())
                                            .add(sizes.threads() * 1e9 / figures.perSecond()));
        }
        return new Plot.Chart(quantity.title, Arrays.stream(values).boxed().toList(), nanos);
    }
}
