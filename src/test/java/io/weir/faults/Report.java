package io.weir.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Collects what runs have shown, and writes it down. */
final class Report {

    private static final String HEAD =
            """
            | fault | calls | exceptions | longest call, ms | without stalls, ms | longest stall, ms | given up |\
             decided here | back after, s | Redis then | greedy client |
            |---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|""";

    private final Map<Fault, Measured> faults = new EnumMap<>(Fault.class);
    private final TreeSet<String> redis = new TreeSet<>();
    private @Nullable Measured pauses;

    void add(Fault fault, Measured measured, String version) {
        faults.put(fault, measured);
        redis.add(version);
        print(measured);
    }

    void addPauses(Measured measured) {
        pauses = measured;
        print(measured);
    }

    private static void print(Measured measured) {
        System.out.println(HEAD.lines().findFirst().orElseThrow());
        System.out.println(measured.row());
        System.out.printf(
                "longest call %d ms (aim %d, limit %d), back %s (aim %s, limit %s)%n",
                measured.longest().toMillis(),
                Measured.LONGEST_AIM.toMillis(),
                Measured.LONGEST.toMillis(),
                measured.back().map(Duration::toString).orElse("never"),
                Measured.BACK_AIM,
                Measured.BACK);
    }

    /** A run of everything replaces the page; a part of it must not touch a tracked file. */
    void write() throws IOException {
        boolean whole = faults.size() == Fault.values().length && pauses != null;
        Path file = Path.of(whole ? "docs" : "target", "faults.md");
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, String.join("\n", lines()) + "\n", StandardCharsets.UTF_8);
        System.out.println("Written to " + file);
    }

    private List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(
                """
                # Faults

                What callers see while a Redis fails, measured. A run of this line has written the\
                 page, and every number in it:

                ```
                mvn -B -Pheavy verify -Dtest=FaultMatrixTest
                ```
                """);
        lines.add(
                "%s, %s; Redis %s, Redisson %s; %s."
                        .formatted(
                                LocalDate.now(ZoneOffset.UTC),
                                Versions.jdk(),
                                String.join(" and ", redis),
                                Versions.redisson(),
                                Versions.machine()));
        lines.add(
                """

                Real Redis processes on the same machine; one node; every setting at its default\
                 (deadline 50 ms, `LOCAL`) but for the address and three policies: `window` = `20/4s`\
                 (RRateLimiter), `bucket` = `20/4s burst 10` and `both` = `10/s, 30/5s` (one script).\
                 12 threads ask: 4 of them for one greedy client, about every millisecond each, 8 for\
                 200 modest ones. After a second to warm up, 3 s of health, 3 s of the fault (more\
                 where it takes longer to end), then until Redis decides again, and 4 s.

                - **exceptions**: what callers were thrown, of any kind. Must be 0.
                - **longest call**: from the call to its answer, after the warm-up. Aim: %d (deadline\
                 + 100).
                - **without stalls**: the longest, each call without the times in which the machine\
                 was busy with something else, so that not even a thread that does nothing but wake\
                 up every millisecond could run. More than %d fails the run.
                - **longest stall**: the longest of those times. Above %d the run is not held to\
                 what Redis decides and when, because healthy calls miss the deadline as well.
                - **given up**: how often the stand-in took over, each with its WARN.
                - **decided here**: the share of all calls during the fault that the stand-in decided.
                - **back after**: from the end of the fault until Redis has admitted a new call. Aim:\
                 %d; more than %d fails the run.
                - **Redis then**: the share of what the modest clients were admitted in the last %d s\
                 that Redis decided. Less than %.0f %% fails the run.
                - **greedy client**: admitted in the worst window of the whole run / bound, for\
                 `window` (4 s), `bucket` (4 s) and the two limits of `both` (1 s, 5 s). Aim:\
                 the bound, which is what the limit itself promises for one node: N in any window, for\
                 the bucket N and the burst. A second N (the burst) beyond it fails the run: that is\
                 what a store costs that has forgotten everything once.

                %s"""
                        .formatted(
                                Measured.LONGEST_AIM.toMillis(),
                                Measured.LONGEST.toMillis(),
                                Measured.CALM.toMillis(),
                                Measured.BACK_AIM.toSeconds(),
                                Measured.BACK.toSeconds(),
                                Measured.END.toSeconds(),
                                Measured.AFTERWARDS,
                                HEAD));
        for (Measured measured : faults.values()) {
            lines.add(measured.row());
        }
        lines.add("");
        lines.add(
                ("Aims met: a longest call of at most %d ms by %d of %d, back within %d s by %d,"
                                + " the greedy client within its bounds by %d.")
                        .formatted(
                                Measured.LONGEST_AIM.toMillis(),
                                met(m -> m.longest().compareTo(Measured.LONGEST_AIM) <= 0),
                                faults.size(),
                                Measured.BACK_AIM.toSeconds(),
                                met(m -> m.back().map(Report::soon).orElse(false)),
                                met(Measured::isWithinTheLimits)));
        Measured soak = pauses;
        if (soak != null) {
            lines.add(
                    """

                    ## Pauses that are none

                    A minute of the same traffic, while Redis is stopped (SIGSTOP) for 200 ms at\
                     random moments, 1 to 3 s apart: as a pause of garbage collection, of a snapshot's\
                     fork or of a busy host is. Nothing is to be given up for that.

                    %s
                    %s"""
                            .formatted(HEAD, soak.row()));
        }
        return lines;
    }

    private static boolean soon(Duration back) {
        return back.compareTo(Measured.BACK_AIM) <= 0;
    }

    private long met(Predicate<Measured> aim) {
        return faults.values().stream().filter(aim).count();
    }
}
