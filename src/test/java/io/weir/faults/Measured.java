package io.weir.faults;

import io.weir.DecidedBy;
import io.weir.faults.Traffic.Call;
import io.weir.faults.Traffic.Stall;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What one run has shown.
 *
 * @param title of the fault
 * @param calls of all clients
 * @param exceptions that callers saw
 * @param longest call after the warm-up
 * @param net the longest, without the times in which the machine let nobody run
 * @param stall the longest of those
 * @param givenUp how often Redis was given up
 * @param here the share of the calls during the fault that the stand-in decided, in percent
 * @param back from the end of the fault until Redis decided again; empty: not in time
 * @param afterwards the share of the modest clients' admissions that Redis decided in the last
 *     {@link #END}, in percent
 * @param greedy what the greedy client was admitted
 */
record Measured(
        String title,
        long calls,
        long exceptions,
        Duration longest,
        Duration net,
        Duration stall,
        long givenUp,
        double here,
        Optional<Duration> back,
        double afterwards,
        List<Worst> greedy) {

    static final Duration LONGEST = Duration.ofMillis(500);
    static final Duration LONGEST_AIM = Duration.ofMillis(150);
    static final Duration BACK = Duration.ofSeconds(10);
    static final Duration BACK_AIM = Duration.ofSeconds(2);

    /** The end of a run, when everything is to be as before. */
    static final Duration END = Duration.ofSeconds(2);

    /** Less would not be as before, even on a machine that stalls for longer than a deadline. */
    static final double AFTERWARDS = 50;

    /** On a machine that stalls for longer, misses of the deadline say nothing about Redis. */
    static final Duration CALM = Duration.ofMillis(200);

    /** Clocks of stores count in milliseconds. */
    private static final long TICK = 1_000_000;

    /**
     * One limit of the policies of {@link Traffic}.
     *
     * @param within the most that it admits within any window
     * @param capacity what a store that knows nothing admits at once
     */
    record Bound(String policy, Duration window, long within, long capacity) {}

    static final List<Bound> BOUNDS =
            List.of(
                    new Bound("window", Duration.ofSeconds(4), 20, 20),
                    new Bound("bucket", Duration.ofSeconds(4), 30, 10),
                    new Bound("both", Duration.ofSeconds(1), 10, 10),
                    new Bound("both", Duration.ofSeconds(5), 30, 30));

    /** What a limit has admitted in its worst window, and what it may. */
    record Worst(Bound bound, long admitted) {

        @Override
        public String toString() {
            return admitted + "/" + bound.within();
        }
    }

    /**
     * The worst windows of the greedy client: only calls that began and ended within a window are
     * surely admitted in it.
     */
    static List<Worst> worst(List<Call> calls) {
        List<Worst> all = new ArrayList<>();
        for (Bound bound : BOUNDS) {
            List<Call> admitted =
                    calls.stream()
                            .filter(Call::admitted)
                            .filter(call -> call.policy().equals(bound.policy()))
                            .filter(call -> call.client().equals(Traffic.HOT))
                            .toList();
            long worst = 0;
            for (Call last : admitted) {
                long from = last.end() - bound.window().toNanos() + TICK;
                worst =
                        Math.max(
                                worst,
                                admitted.stream()
                                        .filter(c -> c.start() >= from && c.end() <= last.end())
                                        .count());
            }
            all.add(new Worst(bound, worst));
        }
        return all;
    }

    static Duration longest(List<Call> calls, long from) {
        return Duration.ofNanos(
                calls.stream()
                        .filter(call -> call.start() >= from)
                        .mapToLong(call -> call.end() - call.start())
                        .max()
                        .orElse(0));
    }

    /** The longest call, each without the stalls of the machine that fell into it. */
    static Duration net(List<Call> calls, long from, List<Stall> stalls) {
        long longest = 0;
        for (Call call : calls) {
            long net = call.end() - call.start();
            if (call.start() >= from && net > longest) {
                for (Stall stall : stalls) {
                    net -=
                            Math.max(
                                    0,
                                    Math.min(call.end(), stall.to())
                                            - Math.max(call.start(), stall.from()));
                }
                longest = Math.max(longest, net);
            }
        }
        return Duration.ofNanos(longest);
    }

    static Duration longestStall(List<Stall> stalls) {
        return Duration.ofNanos(stalls.stream().mapToLong(s -> s.to() - s.from()).max().orElse(0));
    }

    /** Whether the machine let the experiment be what it is meant to be. */
    boolean isCalm() {
        return stall.compareTo(CALM) < 0;
    }

    /** The share of the stand-in, in percent. */
    static double here(List<Call> calls, long from, long to) {
        List<Call> during =
                calls.stream().filter(c -> c.start() >= from && c.start() < to).toList();
        long local = during.stream().filter(c -> c.decidedBy() == DecidedBy.LOCAL).count();
        return during.isEmpty() ? 0 : 100.0 * local / during.size();
    }

    /** The share of Redis in what the modest clients were admitted, in percent. */
    static double afterwards(List<Call> calls, long to) {
        List<Call> last =
                calls.stream()
                        .filter(c -> c.start() > to - END.toNanos() && c.admitted())
                        .filter(c -> !c.client().equals(Traffic.HOT))
                        .toList();
        long byRedis = last.stream().filter(c -> c.decidedBy() == DecidedBy.REDIS).count();
        return last.isEmpty() ? 0 : 100.0 * byRedis / last.size();
    }

    /** What must not be, with its values. */
    List<String> violations() {
        List<String> wrong = new ArrayList<>();
        if (exceptions > 0) {
            wrong.add(exceptions + " exceptions");
        }
        if (net.compareTo(LONGEST) > 0) {
            wrong.add("a call of " + millis(net) + " ms without the stalls in it");
        }
        if (back.isEmpty()) {
            wrong.add("Redis did not decide again within " + BACK.toSeconds() + " s");
        }
        if (afterwards < AFTERWARDS && isCalm()) {
            wrong.add("Redis decided only " + percent(afterwards) + " afterwards");
        }
        for (Worst worst : greedy) {
            if (worst.admitted() > worst.bound().within() + worst.bound().capacity()) {
                wrong.add("admitted " + worst + " of " + worst.bound());
            }
        }
        return wrong;
    }

    boolean isWithinTheLimits() {
        return greedy.stream().allMatch(worst -> worst.admitted() <= worst.bound().within());
    }

    String row() {
        return "| "
                + String.join(
                        " | ",
                        title,
                        String.valueOf(calls),
                        String.valueOf(exceptions),
                        millis(longest),
                        millis(net),
                        millis(stall),
                        String.valueOf(givenUp),
                        percent(here),
                        back.map(b -> String.format(Locale.ROOT, "%.2f", b.toNanos() / 1e9))
                                .orElse("not in " + BACK.toSeconds()),
                        percent(afterwards),
                        greedy.stream().map(Worst::toString).collect(Collectors.joining(", ")))
                + " |";
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.0f %%", share);
    }

    private static String millis(Duration duration) {
        return String.valueOf(duration.toMillis());
    }
}
