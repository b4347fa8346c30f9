package io.weir.internal.policy;

import io.weir.StatusCodes;
import io.weir.StatusCodes.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Sets of status codes as text: {@code 401, 403, 5xx, 400-403}. Stateless. */
final class StatusText {

    private static final String EXPECTED =
            "status codes from 100 to 599, ranges or classes, separated by commas, such as 401,"
                    + " 403, 400-403, 5xx";

    private static final Pattern CLASS = Pattern.compile("([1-5])xx");
    private static final Pattern CODES = Pattern.compile("(\\d{3})(?:\\s*-\\s*(\\d{3}))?");

    private StatusText() {}

    static Optional<StatusCodes> parse(Text text) {
        List<Range> ranges = new ArrayList<>();
        for (String item : text.value().split(",", -1)) {
            Optional<Range> range = range(item.strip().toLowerCase(Locale.ROOT));
            if (range.isEmpty()) {
                return text.refuse(
                        ProblemCode.SETTING_VALUE,
                        "the status codes " + Problems.quote(text.value()),
                        EXPECTED,
                        Optional.empty());
            }
            ranges.add(range.get());
        }
        return Optional.of(new StatusCodes(ranges));
    }

    private static Optional<Range> range(String item) {
        Matcher ofClass = CLASS.matcher(item);
        if (ofClass.matches()) {
            int first = Integer.parseInt(ofClass.group(1)) * 100;
            return Optional.of(new Range(first, first + 99));
        }
        Matcher codes = CODES.matcher(item);
        if (!codes.matches()) {
            return Optional.empty();
        }
        int first = Integer.parseInt(codes.group(1));
        int last = codes.group(2) == null ? first : Integer.parseInt(codes.group(2));
        return first < 100 || last > 599 || first > last
                ? Optional.empty()
                : Optional.of(new Range(first, last));
    }

    /** A text that reads as the same set. */
    static String format(StatusCodes codes) {
        return codes.ranges().stream()
                .map(
                        r ->
                                r.first() == r.last()
                                        ? Integer.toString(r.first())
                                        : r.first() + "-" + r.last())
                .collect(Collectors.joining(", "));
    }
}
