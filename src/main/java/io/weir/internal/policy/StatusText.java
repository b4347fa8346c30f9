package io.weir.internal.policy;

import io.weir.StatusCodes;
import io.weir.StatusCodes.Range;
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

    private static final Pattern CODES = Pattern.compile("(\\d{3})(?:\\s*-\\s*(\\d{3}))?");

    private StatusText() {}

    static Optional<StatusCodes> parse(Text text) {
        String given = "the status codes " + text.quoted();
        return text.each(
                        ",",
                        item ->
                                range(item.value().toLowerCase(Locale.ROOT))
                                        .or(
                                                () ->
                                                        text.refuse(
                                                                ProblemCode.SETTING_VALUE,
                                                                given,
                                                                EXPECTED)))
                .map(StatusCodes::new);
    }

    private static Optional<Range> range(String item) {
        Matcher codes = CODES.matcher(item.replaceFirst("^([1-5])xx$", "$100-$199"));
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
        return codes.ranges().stream().map(StatusText::format).collect(Collectors.joining(", "));
    }

    private static String format(Range range) {
        return range.first() + (range.first() == range.last() ? "" : "-" + range.last());
    }
}
