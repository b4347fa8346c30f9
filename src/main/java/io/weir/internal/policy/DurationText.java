package io.weir.internal.policy;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as text: {@code 10s}, {@code 15min}, {@code day}, {@code PT10S}. Stateless. */
final class DurationText {

    /** What a unit is best called, the likelier ones first. */
    static final List<String> UNITS =
            List.of(
                    "min", "s", "sec", "second", "seconds", "mins", "minute", "minutes", "h",
                    "hour", "hours", "d", "day", "days", "ms");

    // Twelve digits of days still fit into a Duration.
    private static final Pattern COUNTED = Pattern.compile("(\\d{0,12})\\s*([a-z]+)");

    private DurationText() {}

    /** Reads a duration, of any size and not negative; empty if it is none. */
    static Optional<Duration> parse(String text) {
        String word = text.strip().toLowerCase(Locale.ROOT);
        Matcher counted = COUNTED.matcher(word);
        if (counted.matches()
                && (UNITS.contains(counted.group(2)) || counted.group(2).equals("secs"))) {
            String count = counted.group(1);
            Duration unit = unit(counted.group(2)).getDuration();
            return Optional.of(unit.multipliedBy(count.isEmpty() ? 1 : Long.parseLong(count)));
        }
        try {
            return word.startsWith("p")
                    ? Optional.of(Duration.parse(word)).filter(d -> !d.isNegative())
                    : Optional.empty();
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static ChronoUnit unit(String word) {
        return switch (word.charAt(0)) {
            case 's' -> ChronoUnit.SECONDS;
            case 'h' -> ChronoUnit.HOURS;
            case 'd' -> ChronoUnit.DAYS;
            default -> word.equals("ms") ? ChronoUnit.MILLIS : ChronoUnit.MINUTES;
        };
    }

    /** Writes whole milliseconds so that {@link #parse} reads them: {@code 60s}, {@code 500ms}. */
    static String format(Duration duration) {
        long millis = duration.toMillis();
        return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
    }

    /** Writes whole milliseconds as a person would: {@code day}, {@code 15min}, {@code 500ms}. */
    static String shortest(Duration duration) {
        long millis = duration.toMillis();
        if (millis % 86_400_000 == 0) {
            return millis == 86_400_000 ? "day" : millis / 86_400_000 + "d";
        }
        if (millis % 3_600_000 == 0) {
            return counted(millis / 3_600_000, "h");
        }
        if (millis % 60_000 == 0) {
            return counted(millis / 60_000, "min");
        }
        return millis % 1_000 == 0 ? counted(millis / 1_000, "s") : counted(millis, "ms");
    }

    private static String counted(long count, String unit) {
        return count == 1 ? unit : count + unit;
    }

    /** Writes whole milliseconds for a reader: {@code 60 s}, {@code 15 min}, {@code 500 ms}. */
    static String words(Duration duration) {
        long millis = duration.toMillis();
        if (millis % 1000 != 0) {
            return millis + " ms";
        }
        long seconds = millis / 1000;
        if (seconds <= 120 || seconds % 60 != 0) {
            return seconds + " s";
        }
        long minutes = seconds / 60;
        if ((minutes <= 120 && minutes != 60) || minutes % 60 != 0) {
            return minutes + " min";
        }
        long hours = minutes / 60;
        return (hours < 48 && hours != 24) || hours % 24 != 0 ? hours + " h" : hours / 24 + " d";
    }
}
