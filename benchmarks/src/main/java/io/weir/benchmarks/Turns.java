package io.weir.benchmarks;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Candidates that are measured in turn, a fraction of a second each, many times around: what slows
 * the machine for a while slows all of them in the same round. Each is in a JVM of its own, which
 * waits while it is not its turn.
 *
 * @param redis where Redis is, without a database; each candidate gets its own
 * @param warmUps rounds before those that count
 * @param rounds those that count
 * @param millis of one turn
 */
record Turns(String redis, int warmUps, int rounds, long millis) {

    static final String NO_REDIS = "none";

    /** What one turn has shown. */
    record Sample(double perSecond, double bytes) {}

    /** What all rounds have shown of one candidate. */
    record Figures(List<Sample> samples) {

        double perSecond() {
            return part(samples.stream().map(Sample::perSecond).toList(), 0.5);
        }

        double bytes() {
            return part(samples.stream().map(Sample::bytes).toList(), 0.5);
        }

        /** To another candidate in the same round, each time. */
        List<Double> ratios(Figures floor) {
            List<Double> ratios = new ArrayList<>();
            for (int i = 0; i < samples.size(); i++) {
                ratios.add(samples.get(i).perSecond() / floor.samples().get(i).perSecond());
            }
            return ratios;
        }
    }

    /** A candidate in its JVM. */
    private record Player(String name, Process process, BufferedReader says, Writer hears)
            implements AutoCloseable {

        Sample turn(long millis) throws IOException {
            hears.write(millis + "\n");
            hears.flush();
            String said = says.readLine();
            if (said == null) {
                throw new IOException("\"" + name + "\" ended; why is above");
            }
            String[] figures = said.split(" ");
            double decisions = Double.parseDouble(figures[0]);
            return new Sample(
                    decisions * 1e9 / Double.parseDouble(figures[1]),
                    Double.parseDouble(figures[2]) / decisions);
        }

        @Override
        public void close() {
            process.destroy();
            process.onExit().join();
        }
    }

    /** The value below which a part of them lies: 0.5 is the median. */
    static double part(Collection<Double> values, double part) {
        List<Double> sorted = values.stream().sorted().toList();
        double at = part * (sorted.size() - 1);
        double low = sorted.get((int) Math.floor(at));
        double high = sorted.get((int) Math.ceil(at));
        return low + (high - low) * (at - Math.floor(at));
    }

    /** All candidates, with the same sizes. */
    Map<String, Figures> run(List<String> candidates, Turn.Sizes sizes) throws IOException {
        List<Player> players = new ArrayList<>();
        try {
            for (String candidate : candidates) {
                players.add(player(candidate, players.size(), sizes));
            }
            Map<String, List<Sample>> samples = new LinkedHashMap<>();
            for (int round = -warmUps; round < rounds; round++) {
                for (Player player : players) {
                    Sample sample = player.turn(millis);
                    if (round >= 0) {
                        samples.computeIfAbsent(player.name(), n -> new ArrayList<>()).add(sample);
                    }
                    System.out.printf(
                            "%s, round %d, %s: %,.0f/s, %.0f bytes%n",
                            sizes, round, player.name(), sample.perSecond(), sample.bytes());
                }
            }
            Map<String, Figures> figures = new LinkedHashMap<>();
            samples.forEach((candidate, list) -> figures.put(candidate, new Figures(list)));
            return figures;
        } finally {
            players.forEach(Player::close);
        }
    }

    private Player player(String candidate, int index, Turn.Sizes sizes) throws IOException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xms1500m",
                                "-Xmx1500m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Turn.class.getName(),
                                redis.equals(NO_REDIS) ? redis : redis + "/" + index,
                                candidate,
                                String.valueOf(sizes.threads()),
                                String.valueOf(sizes.keys()),
                                String.valueOf(sizes.permits()),
                                String.valueOf(sizes.policies()))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
        return new Player(
                candidate,
                process,
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)),
                new BufferedWriter(
                        new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8)));
    }
}
