package io.weir.internal.policy;

import io.weir.Limit;
import io.weir.Limit.CalendarQuota;
import io.weir.Limit.Period;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Calendar quotas as text: {@code 50000/month in UTC}. Stateless. */
final class QuotaText {

    private static final String DAY = "day";
    private static final String WEEK = "week";
    private static final List<String> PERIODS = List.of(DAY, WEEK, "month");
    private static final List<String> DAYS =
            Arrays.stream(DayOfWeek.values()).map(day -> lower(day.name())).toList();

    /** No window is called so, and no window is in a zone, or begins on a day. */
    private static final Pattern MEANT =
            Pattern.compile(
                    "(?:.*[^a-z])?(?:(?:week|month|year)(?:s|ly)?|daily)(?:[^a-z].*)?"
                            + "|[^/]*/.*\\s(?:in|from)(?:\\s.*)?",
                    Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    /** The form, and what people write instead. */
    private static final Pattern LOOSE =
            Pattern.compile(
                    "(?<permits>[+-]?\\d+)(?<per>\\s*/\\s*|\\s+(?:(?:per|an?|each|every)\\s+)?)"
                            + "(?<number>\\d*)\\s*(?<word>[a-z]+)"
                            + "(?:\\s+(?<from>from|on|starting)\\s+(?<day>\\S+))?"
                            + "(?<burst>\\s+burst\\s+\\d+)?"
                            + "(?:\\s+(?:(?<in>in|at|of)\\s+)?(?!in$|from$|burst)(?<zone>\\S+))?"
                            + "(?<more>\\s+burst\\s+\\d+)?",
                    Pattern.CASE_INSENSITIVE);

    private QuotaText() {}

    static boolean isMeant(String text) {
        String[] words = text.split("\\s+");
        return MEANT.matcher(text).matches() || words.length > 1 && isZone(words[words.length - 1]);
    }

    private static boolean isZone(String word) {
        return word.matches("[+-]\\d\\d:\\d\\d")
                || ZoneId.getAvailableZoneIds().stream().anyMatch(word::equalsIgnoreCase);
    }

    /** Reads a quota; empty if anything is wrong, and that has been reported. */
    static Optional<Limit> parse(Text item) {
        Matcher given = LOOSE.matcher(item.value());
        if (!given.matches()) {
            return refuse(item, item.quoted(), Optional.empty());
        }
        String word = lower(given.group("word"));
        String day = given.group("day") == null ? "" : lower(given.group("day"));
        String zone = given.group("zone");
        String mistake = mistake(given, word, day);
        if (!mistake.isEmpty() || !isForm(given)) {
            Optional<String> hint =
                    DidYouMean.nearest(word, PERIODS)
                            .or(() -> PERIODS.stream().filter(p -> p.startsWith(word)).findFirst())
                            .map(meant -> written(given.group("permits"), meant, day, zone))
                            .map(DidYouMean::asking);
            String reason = mistake.isEmpty() ? "" : " (" + mistake + ")";
            return refuse(item, item.quoted() + reason, hint);
        }
        Optional<Long> permits = LimitText.permits("permits", given.group("permits"), item);
        Optional<ZoneId> where = zone(zone, item);
        return permits.isEmpty() || where.isEmpty()
                ? Optional.empty()
                : Optional.of(new CalendarQuota(permits.get(), period(word, day), where.get()));
    }

    /** Whether the words between are those of the form. */
    private static boolean isForm(Matcher given) {
        return given.group("per").strip().equals("/")
                && (given.group("from") == null || given.group("from").equalsIgnoreCase("from"))
                && "in".equalsIgnoreCase(given.group("in"));
    }

    /** What is wrong with the form; empty if nothing is. */
    private static String mistake(Matcher given, String word, String day) {
        if (given.group("burst") != null || given.group("more") != null) {
            return "a calendar quota has no burst";
        }
        if (!given.group("number").isEmpty() || !PERIODS.contains(word)) {
            return "a period of the calendar is a day, a week or a month";
        }
        if (word.equals(WEEK) && !DAYS.contains(day)) {
            return "on which day does a week begin?";
        }
        if (!word.equals(WEEK) && !day.isEmpty()) {
            return "only a week has a first day";
        }
        return given.group("zone") == null ? "in which zone does a " + word + " begin?" : "";
    }

    private static String written(String permits, String word, String day, String zone) {
        String first = DidYouMean.nearest(day, DAYS).orElse(DAYS.get(0));
        String from = word.equals(WEEK) ? " from " + first : "";
        return permits + "/" + word + from + " in " + (zone == null ? "UTC" : zone);
    }

    private static Period period(String word, String day) {
        String name = word.equals(WEEK) ? word + "_from_" + day : word;
        return Period.valueOf(name.toUpperCase(Locale.ROOT));
    }

    private static Optional<ZoneId> zone(String id, Text item) {
        try {
            return Optional.of(ZoneId.of(id));
        } catch (DateTimeException e) {
            return item.refuse(
                    ProblemCode.TIME_ZONE,
                    Problems.quote(id) + " in " + item.quoted(),
                    meant(id).map(DidYouMean::asking));
        }
    }

    /** An abbreviation, other capitals, a city alone, or a slip. */
    private static Optional<String> meant(String id) {
        String known = ZoneId.SHORT_IDS.get(id.toUpperCase(Locale.ROOT));
        List<String> ids = ZoneId.getAvailableZoneIds().stream().sorted().toList();
        String city = "/" + lower(id);
        return Stream.of(
                        Optional.ofNullable(known),
                        ids.stream().filter(id::equalsIgnoreCase).findFirst(),
                        ids.stream().filter(other -> lower(other).endsWith(city)).findFirst(),
                        DidYouMean.nearest(id, ids))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static <T> Optional<T> refuse(Text item, String given, Optional<String> hint) {
        return item.refuse(ProblemCode.QUOTA_TEXT, given, hint);
    }

    /** Writes a quota so that {@link #parse} reads the same. */
    static String format(CalendarQuota quota) {
        return quota.permits() + "/" + period(quota) + " in " + quota.zone().getId();
    }

    /** {@code week from monday}. */
    static String period(CalendarQuota quota) {
        return lower(quota.period().name()).replace('_', ' ');
    }

    /** What it means, in words. */
    static String describe(CalendarQuota quota) {
        String[] words = period(quota).split(" ");
        String first =
                switch (words[0]) {
                    case DAY -> "at";
                    case WEEK -> "on " + words[2] + " at";
                    default -> "on the 1st at";
                };
        return "at most %s in each %s, which begins %s 00:00 in %s, so up to %s around its end"
                .formatted(
                        quota.permits(),
                        words[0],
                        first,
                        quota.zone().getId(),
                        2 * quota.permits());
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
