package io.weir.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs candidates in turn, each time in a JVM of its own, for several rounds: what slows the
 * machine for a while slows all of them.
 */
final class Rounds {

    private static final String ALLOCATED = "gc.alloc.rate.norm";

    private final Class<?> benchmark;
    private final int rounds;
    private final long millis;
    private int warmUps = 6;
    private final List<String> jvm = new ArrayList<>(List.of("-Xms3g", "-Xmx3g"));

    /** What one run has shown. */
    record Sample(double perSecond, double bytes) {}

    /** What all rounds have shown of one candidate. */
    record Figures(List<Sample> samples) {

        double perSecond() {
            return median(samples.stream().map(Sample::perSecond).toList());
        }

        double bytes() {
            return median(samples.stream().map(Sample::bytes).toList());
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

    Rounds(Class<?> benchmark, int rounds, long millis) {
        this.benchmark = benchmark;
        this.rounds = rounds;
        this.millis = millis;
    }

    Rounds with(String jvmArgument) {
        jvm.add(jvmArgument);
        return this;
    }

    /** Longer than usual: with a client of Redis there is more to compile. */
    Rounds warmUps(int iterations) {
        warmUps = iterations;
        return this;
    }

    static double median(Collection<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1
                ? sorted.get(middle)
                : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /** All candidates, under the same conditions. */
    Map<String, Figures> run(List<String> candidates, int threads, Map<String, String> parameters)
            throws RunnerException {
        Map<String, List<Sample>> samples = new LinkedHashMap<>();
        for (int round = 1; round <= rounds; round++) {
            for (String candidate : candidates) {
                Map<String, String> all = new LinkedHashMap<>(parameters);
                all.put("candidate", candidate);
                Sample sample = sample(runOnce("decision", threads, all));
                samples.computeIfAbsent(candidate, c -> new ArrayList<>()).add(sample);
                System.out.printf(
                        "%s round %d, %d threads, %s: %,.0f/s, %.0f bytes%n",
                        benchmark.getSimpleName(),
                        round,
                        threads,
                        all,
                        sample.perSecond(),
                        sample.bytes());
            }
        }
        Map<String, Figures> figures = new LinkedHashMap<>();
        samples.forEach((candidate, list) -> figures.put(candidate, new Figures(list)));
        return figures;
    }

    RunResult runOnce(String method, int threads, Map<String, String> parameters)
            throws RunnerException {
        ChainedOptionsBuilder options =
                new OptionsBuilder()
                        .include("^" + Pattern.quote(benchmark.getName() + "." + method) + "$")
                        .threads(threads)
                        .forks(1)
                        // Two threads leave the compilers little time on two processors.
                        .warmupIterations(warmUps)
                        .warmupTime(TimeValue.milliseconds(millis))
                        .measurementIterations(3)
                        .measurementTime(TimeValue.milliseconds(millis))
                        .jvmArgs(jvm.toArray(String[]::new))
                        .addProfiler(GCProfiler.class)
                        .shouldFailOnError(true)
                        .verbosity(VerboseMode.SILENT);
        parameters.forEach(options::param);
        return new Runner(options.build()).runSingle();
    }

    private static Sample sample(RunResult result) {
        double bytes =
                result.getSecondaryResults().entrySet().stream()
                        .filter(entry -> entry.getKey().endsWith(ALLOCATED))
                        .map(Map.Entry::getValue)
                        .mapToDouble(Result::getScore)
                        .findFirst()
                        .orElseThrow();
        return new Sample(result.getPrimaryResult().getScore(), bytes);
    }
}
