package io.weir.internal.policy;

import io.weir.Limit;
import io.weir.Limit.SlidingWindow;
import io.weir.Limit.TokenBucket;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Limits as text: {@code 10/s, 100/min burst 20}. Stateless. */
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
        List<Limit> limits = new ArrayList<>();
        Set<Object> kinds = new HashSet<>();
        boolean good = true;
        for (String item : text.value().split(",", -1)) {
            Optional<Limit> limit = parseItem(item.strip(), text);
            good &= limit.isPresent();
            if (limit.isPresent()) {
                if (!kinds.add(List.of(limit.get().getClass(), limit.get().window()))) {
                    good = false;
                    text.refuse(
                            ProblemCode.LIMIT_TEXT,
                            Problems.quote(item.strip())
                                    + " (a second limit of this kind for "
                                    + DurationText.words(limit.get().window())
                                    + ")",
                            "one limit for each window",
                            Optional.empty());
                }
                limits.add(limit.get());
            }
        }
        return good ? Optional.of(List.copyOf(limits)) : Optional.empty();
    }

    private static Optional<Limit> parseItem(String item, Text text) {
        Matcher matcher = ITEM.matcher(item);
        if (!matcher.matches()) {
            return unreadable(item, text);
        }
        Optional<Duration> window = DurationText.parse(matcher.group(2));
        if (window.isEmpty()) {
            return unreadable(item, text);
        }
        Optional<Long> permits = permits("permits", matcher.group(1), item, text);
        String burstText = matcher.group(3);
        Optional<Long> burst =
                burstText == null ? Optional.empty() : permits("burst", burstText, item, text);
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
            return text.refuse(
                    ProblemCode.LIMIT_TEXT,
                    Problems.quote(item) + " (" + reason[0] + ")",
                    reason.length == 2 ? reason[1] : ProblemCode.LIMIT_TEXT.expected(),
                    Optional.empty());
        }
    }

    private static Optional<Long> permits(String what, String digits, String item, Text text) {
        BigInteger number = new BigInteger(digits);
        if (number.signum() > 0 && number.compareTo(MOST) <= 0) {
            return Optional.of(number.longValueExact());
        }
        return text.refuse(
                ProblemCode.LIMIT_TEXT,
                Problems.quote(item) + " (" + what + " is " + shortened(number) + ")",
                what + " from 1 to " + MOST,
                number.signum() == 0
                        ? Optional.of("To switch a policy off, set its mode to OFF")
                        : Optional.empty());
    }

    private static String shortened(BigInteger number) {
        String digits = number.toString();
        return digits.length() <= 25 ? digits : "a number of " + digits.length() + " digits";
    }

    private static Optional<Limit> unreadable(String item, Text text) {
        String given = item.isEmpty() ? Problems.quote(text.value()) : Problems.quote(item);
        return text.refuse(
                ProblemCode.LIMIT_TEXT,
                item.isEmpty() ? given + " (nothing where a limit should be)" : given,
                ProblemCode.LIMIT_TEXT.expected(),
                repaired(item));
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
        return limits.stream().map(LimitText::format).collect(Collectors.joining(", "));
    }

    private static String format(Limit limit) {
        String rate = limit.permits() + "/" + DurationText.format(limit.window());
        return limit instanceof TokenBucket bucket ? rate + " burst " + bucket.burst() : rate;
    }

    /** Writes a limit as a person would: {@code 10000/day burst 500}. */
    static String shortest(Limit limit) {
        String rate = limit.permits() + "/" + DurationText.shortest(limit.window());
        return limit instanceof TokenBucket bucket ? rate + " burst " + bucket.burst() : rate;
    }

    /** What limits mean, in words. */
    static String describe(List<Limit> limits) {
        return limits.stream().map(LimitText::describe).collect(Collectors.joining(", and "));
    }

    private static String describe(Limit limit) {
        String window = DurationText.words(limit.window());
        if (limit instanceof TokenBucket bucket) {
            return "at most "
                    + bucket.burst()
                    + " at once, refilled "
                    + refill(bucket)
                    + ", so at most "
                    + (bucket.burst() + bucket.permits())
                    + " in any "
                    + window;
        }
        return "at most " + limit.permits() + " in any " + window;
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
