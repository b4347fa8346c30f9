package io.weir.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.wildfly.core.launcher.StandaloneCommandBuilder;

/**
 * What a limit costs a request: three servers with the shop, asked in turn by wrk for its list of
 * products. All have the same WAR; two of them have the same settings, too.
 */
final class Http {

    private static final Path SHOP = Path.of("war-example/target");
    private static final Path WORK = Path.of("benchmarks/target/http");

    /** A server that has just started has most of itself still to compile. */
    private static final int WARM_UP_SECONDS = 40;

    private static final Pattern PER_SECOND = Pattern.compile("Requests/sec:\\s+([0-9.]+)");
    private static final Pattern REQUESTS = Pattern.compile("([0-9]+) requests in");
    private static final List<String> PEER =
            List.of("Clients.class", "PeerFilter.class", "bucket4j_jdk17-");

    private static final String PRODUCTS = "api/products";
    private static final List<String> OFF = List.of("-Dweir.enabled=false");
    private static final String MANY = "-Dweir.policy.products.limit=1000000/s burst 1000000";

    private final int rounds;
    private final int seconds;

    /** What is asked for, with settings of the shop, and what they are called. */
    private record Pair(
            String path, String what, List<String> settings, String than, List<String> floor) {}

    /** Of one turn: requests in a second, and bytes that the server allocated for each. */
    private record Asked(double perSecond, double bytes) {}

    /** A server that runs until it is closed. */
    private record Server(Process process, URI uri, Allocated allocated) implements AutoCloseable {
        @Override
        public void close() {
            process.destroy();
            process.onExit().join();
        }
    }

    Http(int rounds, int seconds) {
        this.rounds = rounds;
        this.seconds = seconds;
    }

    /** Measures, against a Redis that is there. */
    String table(String redis) throws Exception {
        List<String> memory = List.of(MANY);
        List<String> shared = List.of(MANY, "-Dweir.redis.url=" + redis);
        List<String> peer = List.of(OFF.get(0), "-D" + PeerFilter.REDIS + "=" + redis);
        Path war = war();
        StringBuilder table =
                new StringBuilder(
                        "| candidate | beside | requests a second | ratio (quartiles) | bytes a request |\n"
                                + "|---|---|---|---|---|\n");
        for (Pair pair :
                List.of(
                        new Pair("", "Weir, no rule for it", memory, "weir.enabled=false", OFF),
                        new Pair(PRODUCTS, "Weir in memory", memory, "weir.enabled=false", OFF),
                        new Pair(
                                PRODUCTS,
                                "Weir in Redis",
                                shared,
                                "bucket4j-Redisson in a filter",
                                peer))) {
            table.append(rows(war, pair));
        }
        return table.toString();
    }

    private String rows(Path war, Pair pair) throws Exception {
        List<Asked> floors = new ArrayList<>();
        List<Asked> measured = new ArrayList<>();
        List<Asked> again = new ArrayList<>();
        try (Server floor = start(war, "floor", pair.floor());
                Server one = start(war, "one", pair.settings());
                Server same = start(war, "same", pair.floor())) {
            List<Server> servers = List.of(floor, one, same);
            List<List<Asked>> all = List.of(floors, measured, again);
            for (Server server : servers) {
                ask(server, pair.path(), WARM_UP_SECONDS);
            }
            for (int round = 0; round < rounds; round++) {
                for (int i = 0; i < servers.size(); i++) {
                    int turn = (i + round) % servers.size();
                    all.get(turn).add(ask(servers.get(turn), pair.path(), seconds));
                }
                System.out.printf(
                        "%s: %,.0f/s, %s: %,.0f/s and %,.0f/s%n",
                        pair.what(),
                        measured.get(round).perSecond(),
                        pair.than(),
                        floors.get(round).perSecond(),
                        again.get(round).perSecond());
            }
        }
        return row(pair.what(), pair.than(), measured, floors)
                + row(pair.than(), "the same (null run)", again, floors);
    }

    private static String row(String what, String than, List<Asked> mine, List<Asked> theirs) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < mine.size(); i++) {
            ratios.add(mine.get(i).perSecond() / theirs.get(i).perSecond());
        }
        return String.format(
                Locale.ROOT,
                "| %s | %s | %,.0f | %.2f (%.2f to %.2f) | %,.0f |%n",
                what,
                than,
                Turns.part(mine.stream().map(Asked::perSecond).toList(), 0.5),
                Turns.part(ratios, 0.5),
                Turns.part(ratios, 0.25),
                Turns.part(ratios, 0.75),
                Turns.part(mine.stream().map(Asked::bytes).toList(), 0.5));
    }

    private static Asked ask(Server server, String path, int seconds)
            throws IOException, InterruptedException {
        long before = server.allocated().bytes();
        Process wrk;
        try {
            wrk =
                    new ProcessBuilder(
                                    "wrk",
                                    "-t1",
                                    "-c8",
                                    "-d" + seconds,
                                    server.uri().resolve(path).toString())
                            .redirectErrorStream(true)
                            .start();
        } catch (IOException e) {
            throw new IOException("This benchmark needs wrk on the PATH", e);
        }
        String said = new String(wrk.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Matcher matcher = PER_SECOND.matcher(said);
        if (wrk.waitFor() != 0 || !matcher.find() || said.contains("Non-2xx")) {
            throw new IOException("Not every answer was a good one: " + said);
        }
        double bytes = server.allocated().bytes() - before;
        Matcher requests = REQUESTS.matcher(said);
        double number = requests.find() ? Double.parseDouble(requests.group(1)) : Double.NaN;
        return new Asked(Double.parseDouble(matcher.group(1)), bytes / number);
    }

    /** The shop, with the filter that is written by hand. */
    private static Path war() throws IOException {
        if (!Files.exists(SHOP.resolve("shop.war"))) {
            throw new IOException("No shop: build war-example first, as CONTRIBUTING.md says");
        }
        Files.createDirectories(WORK);
        Path war = WORK.resolve("shop.war");
        Files.copy(SHOP.resolve("shop.war"), war, StandardCopyOption.REPLACE_EXISTING);
        String folder = Http.class.getPackageName().replace('.', '/');
        try (FileSystem inside = FileSystems.newFileSystem(war)) {
            Path classes = inside.getPath("WEB-INF/classes", folder);
            Files.createDirectories(classes);
            for (String name : PEER.subList(0, 2)) {
                try (var in = Http.class.getResourceAsStream(name)) {
                    Files.copy(in, classes.resolve(name));
                }
            }
            for (String jar : System.getProperty("java.class.path").split(":")) {
                Path file = Path.of(jar);
                if (file.getFileName().toString().startsWith(PEER.get(2))) {
                    Files.copy(file, inside.getPath("WEB-INF/lib", file.getFileName().toString()));
                }
            }
        }
        return war;
    }

    private static Server start(Path war, String name, List<String> settings) throws Exception {
        Path base = WORK.resolve(name);
        copy(SHOP.resolve("server/standalone"), base);
        Files.copy(war, base.resolve("deployments/shop.war"), StandardCopyOption.REPLACE_EXISTING);
        int port = Main.freePort();
        StandaloneCommandBuilder command =
                StandaloneCommandBuilder.of(SHOP.resolve("server").toAbsolutePath())
                        .setBaseDirectory(base.toAbsolutePath())
                        .addJavaOption("-Djboss.bind.address=127.0.0.1")
                        .addJavaOption("-Djboss.http.port=" + port)
                        .addJavaOption("-Djboss.management.http.port=0");
        settings.forEach(command::addJavaOption);
        Process process =
                new ProcessBuilder(command.build())
                        .redirectErrorStream(true)
                        .redirectOutput(WORK.resolve(name + ".log").toFile())
                        .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
        URI uri = URI.create("http://127.0.0.1:" + port + "/shop/");
        try {
            awaitAnswer(process, uri.resolve(PRODUCTS));
            return new Server(process, uri, Allocated.by(process.pid()));
        } catch (Exception e) {
            process.destroy();
            throw e;
        }
    }

    private static void awaitAnswer(Process process, URI uri)
            throws IOException, InterruptedException {
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest request = HttpRequest.newBuilder(uri).build();
        for (int i = 0; i < 600 && process.isAlive(); i++) {
            try {
                if (client.send(request, BodyHandlers.discarding()).statusCode() == 200) {
                    return;
                }
            } catch (IOException e) {
                // Not listening yet.
            }
            Thread.sleep(100);
        }
        throw new IOException("The shop does not answer; its log is in " + WORK);
    }

    private static void copy(Path from, Path to) throws IOException {
        List<Path> all;
        try (Stream<Path> paths = Files.walk(from)) {
            all = paths.toList();
        }
        for (Path path : all) {
            Path copy = to.resolve(from.relativize(path));
            if (Files.isDirectory(path)) {
                Files.createDirectories(copy);
            } else {
                Files.copy(path, copy, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }
}
