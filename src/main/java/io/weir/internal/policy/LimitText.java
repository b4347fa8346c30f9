package io.weir.internal.policy;

import io.weir.Limit;
import io.weir.Limit.CalendarQuota;
import io.weir.Limit.SlidingWindow;
import io.weir.Limit.TokenBucket;
import java.math.BigInteger;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Limits as text: {@code 10/s, 100/min burst 20, 50000/month in UTC}. Stateless. */
final class LimitText {

    private static final Pattern ITEM =
            Pattern.compile(
                    "([+-]?\\d+)\\s*/\\s*(.+?)(?:\\s+burst\\s+([+-]?\\d+))?",
                    Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    /** What people write who have not read the grammar. */
    private static final Pattern LOOSE =
            Pattern.compile(
                    "(\\d+)\\s*(?:/|per|each|every|in|times)?\\s*(?:an?\\s+|one\\s+)?(\\d*)"
                            + "\\s*([a-z]+)(?:[\\s,;]+[a-z]+\\s*[=:]?\\s*(\\d+))?.*",
                    Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private static final BigInteger MOST = BigInteger.valueOf(Integer.MAX_VALUE);

    private LimitText() {}

    /** Reads limits; empty if anything is wrong, and each wrong item has been reported. */
    static Optional<List<Limit>> parse(Text text) {
        Set<Object> kinds = new HashSet<>();
        return text.each(
                ",", item -> parseItem(item, text).filter(limit -> isNew(limit, kinds, item)));
    }

    private static boolean isNew(Limit limit, Set<Object> kinds, Text item) {
        boolean isNew = kinds.add(List.of(limit.getClass(), limit.window()));
        if (!isNew) {
            String window =
                    limit instanceof CalendarQuota quota
                            ? QuotaText.period(quota)
                            : DurationText.words(limit.window());
            String reason = "a second limit of this kind for " + window;
            refuse(item, reason, "one limit for each window", Optional.empty());
        }
        return isNew;
    }

    private static Optional<Limit> parseItem(Text item, Text text) {
        if (QuotaText.isMeant(item.value())) {
            return QuotaText.parse(item);
        }
        Matcher matcher = ITEM.matcher(item.value());
        Optional<Duration> window =
                matcher.matches() ? DurationText.parse(matcher.group(2)) : Optional.empty();
        if (window.isEmpty()) {
            return unreadable(item, text);
        }
        Optional<Long> permits = permits("permits", matcher.group(1), item);
        String burstText = matcher.group(3);
        Optional<Long> burst =
                burstText == null ? Optional.empty() : permits("burst", burstText, item);
        if (permits.isEmpty() || (burstText != null && burst.isEmpty())) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    burst.isPresent()
                            ? new TokenBucket(permits.get(), window.get(), burst.get())
                            : new SlidingWindow(permits.get(), window.get()));
        } catch (IllegalArgumentException e) {
            String[] reason = String.valueOf(e.getMessage()).split(", expected ", 2);
            String expected = reason.length == 2 ? reason[1] : ProblemCode.LIMIT_TEXT.expected();
            return refuse(item, reason[0], expected, Optional.empty());
        }
    }

    private static <T> Optional<T> refuse(
            Text item, String reason, String expected, Optional<String> hint) {
        String given = item.quoted() + " (" + reason + ")";
        return item.refuse(ProblemCode.LIMIT_TEXT, given, expected, hint);
    }

    static Optional<Long> permits(String what, String digits, Text item) {
        BigInteger number = new BigInteger(digits);
        if (number.signum() > 0 && number.compareTo(MOST) <= 0) {
            return Optional.of(number.longValueExact());
        }
        Optional<String> hint = Optional.of("To switch a policy off, set its mode to OFF");
        return refuse(
                item,
                what + " is " + shortened(number),
                what + " from 1 to " + MOST,
                hint.filter(h -> number.signum() == 0));
    }

    private static String shortened(BigInteger number) {
        String digits = number.toString();
        return digits.length() <= 25 ? digits : "a number of " + digits.length() + " digits";
    }

    private static Optional<Limit> unreadable(Text item, Text text) {
        return item.refuse(
                ProblemCode.LIMIT_TEXT,
                item.value().isEmpty()
                        ? text.quoted() + " (nothing where a limit should be)"
                        : item.quoted(),
                repaired(item.value()));
    }

    private static Optional<String> repaired(String item) {
        Matcher loose = LOOSE.matcher(item);
        if (!loose.matches()) {
            return Optional.empty();
        }
        String word = loose.group(3);
        boolean ambiguous = word.equalsIgnoreCase("m");
        Optional<String> unit =
                ambiguous
                        ? Optional.of("min")
                        : word.length() == 1 && DurationText.parse(word).isEmpty()
                                ? Optional.empty()
                                : DidYouMean.nearest(word, DurationText.UNITS);
        String burst = loose.group(4) == null ? "" : " burst " + loose.group(4);
        return unit.map(u -> loose.group(1) + "/" + loose.group(2) + u + burst)
                .filter(suggestion -> !suggestion.equals(item))
                .map(DidYouMean::asking)
                .map(ask -> ambiguous ? "\"m\" could be minutes or months. " + ask : ask);
    }

    /** Writes limits so that {@link #parse} reads the same. */
    static String format(List<Limit> limits) {
        return limits.stream()
                .map(limit -> format(limit, DurationText.format(limit.window())))
                .collect(Collectors.joining(", "));
    }

    /** Writes a limit as a person would: {@code 10000/day burst 500}. */
    static String shortest(Limit limit) {
        return format(limit, DurationText.shortest(limit.window()));
    }

    private static String format(Limit limit, String window) {
        if (limit instanceof CalendarQuota quota) {
            return QuotaText.format(quota);
        }
        String rate = limit.permits() + "/" + window;
        return limit instanceof TokenBucket bucket ? rate + " burst " + bucket.burst() : rate;
    }

    /** What limits mean, in words. */
    static String describe(List<Limit> limits) {
        return limits.stream().map(LimitText::describe).collect(Collectors.joining(", and "));
    }

    private static String describe(Limit limit) {
        if (limit instanceof CalendarQuota quota) {
            return QuotaText.describe(quota);
        }
        String window = DurationText.words(limit.window());
        return limit instanceof TokenBucket bucket
                ? "at most %s at once, refilled %s, so at most %s in any %s"
                        .formatted(
                                bucket.burst(),
                                refill(bucket),
                                bucket.burst() + bucket.permits(),
                                window)
                : "at most %s in any %s".formatted(limit.permits(), window);
    }

    private static String refill(TokenBucket bucket) {
        long millis = bucket.window().toMillis();
        long each = millis / bucket.permits();
        if (each == 0) {
            return bucket.permits() + " every " + DurationText.words(bucket.window());
        }
        if (millis % bucket.permits() == 0) {
            return "one every " + DurationText.words(Duration.ofMillis(each));
        }
        return "one every about "
                + (each < 10_000 ? each + " ms" : Math.round(each / 1000.0) + " s");
    }
}
