package io.weir.internal.answer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The bodies a refusal can have, the one preferred by the server first. */
enum MediaType {
    PROBLEM_JSON(
            "application/problem+json",
            "application/problem+json",
            "application/json",
            "application/*",
            "*/*"),
    HTML("text/html;charset=UTF-8", "text/html", "text/*", "*/*"),
    PLAIN("text/plain;charset=UTF-8", "text/plain", "text/*", "*/*");

    private static final Pattern QVALUE = Pattern.compile("0?\\.[0-9]{1,9}|[01](\\.[0-9]{0,9})?");

    private final String contentType;

    /** What asks for it, the most specific first. */
    @SuppressWarnings("ImmutableEnumChecker") // List.of is
    private final List<String> ranges;

    MediaType(String contentType, String... ranges) {
        this.contentType = contentType;
        this.ranges = List.of(ranges);
    }

    /** The value of {@code Content-Type}. */
    String contentType() {
        return contentType;
    }

    /**
     * Negotiates (RFC 9110, section 12.5.1): the most specific range that matches a type gives its
     * weight, the heaviest type wins; at equal weight the one that was named more specifically,
     * then the one that stands first here. Other parameters than {@code q} are ignored, elements
     * that do not parse are skipped, and who accepts none of the types gets the first.
     *
     * @param accept the field, several lines joined by commas
     */
    static MediaType accepted(@Nullable String accept) {
        Map<String, Double> weights = weights(accept == null ? "" : accept);
        MediaType best = PROBLEM_JSON;
        double bestWeight = 0;
        int bestRank = 0;
        for (MediaType type : values()) {
            for (int i = 0; i < type.ranges.size(); i++) {
                Double weight = weights.get(type.ranges.get(i));
                if (weight == null) {
                    continue;
                }
                int rank = type.ranges.size() - i;
                boolean preferred =
                        weight > bestWeight || (weight == bestWeight && rank > bestRank);
                if (weight > 0 && preferred) {
                    best = type;
                    bestWeight = weight;
                    bestRank = rank;
                }
                break;
            }
        }
        return best;
    }

    private static Map<String, Double> weights(String accept) {
        Map<String, Double> weights = new HashMap<>();
        for (String element : split(accept, ',')) {
            List<String> parts = split(element, ';');
            String range = parts.get(0).strip().toLowerCase(Locale.ROOT);
            weight(parts).ifPresent(q -> weights.merge(range, q, Math::max));
        }
        Double star = weights.get("*"); // Java's own client sends it
        if (star != null) {
            weights.merge("*/*", star, Math::max);
        }
        return weights;
    }

    /** The weight of one element, empty if it is not a number from 0 to 1. */
    private static OptionalDouble weight(List<String> parts) {
        for (String parameter : parts.subList(1, parts.size())) {
            String[] pair = parameter.split("=", 2);
            if (pair.length == 2 && pair[0].strip().equalsIgnoreCase("q")) {
                String text = pair[1].strip();
                double q = QVALUE.matcher(text).matches() ? Double.parseDouble(text) : 2;
                return q <= 1 ? OptionalDouble.of(q) : OptionalDouble.empty();
            }
        }
        return OptionalDouble.of(1);
    }

    /** Splits, but not inside quoted strings; at least one part. */
    private static List<String> split(String text, char separator) {
        List<String> parts = new ArrayList<>();
        boolean quoted = false;
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (quoted && c == '\\') {
                i++;
            } else if (!quoted && c == separator) {
                parts.add(text.substring(start, i));
                start = i + 1;
            }
        }
        parts.add(text.substring(start));
        return parts;
    }
}
