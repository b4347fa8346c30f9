package io.weir.internal.policy;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A text to be read, and the way to say what is wrong with it.
 *
 * @param value the text, without blanks at its ends; maybe a password, so it is not in {@link
 *     #toString()}
 * @param where the setting and its origin, or the method
 * @param problems takes what is wrong
 */
record Text(String value, String where, Problems problems) {

    /** Another text at the same place. */
    Text with(String other) {
        return new Text(other, where, problems);
    }

    String quoted() {
        return Problems.quote(value);
    }

    /** Reads each part of it; empty if one is wrong, and each wrong part has been reported. */
    <T> Optional<List<T>> each(String separator, Function<Text, Optional<T>> parser) {
        List<T> values = eachGood(separator, parser);
        return values.size() == value.split(separator, -1).length
                ? Optional.of(values)
                : Optional.empty();
    }

    /** Reads each part of it; a wrong part has been reported, and is left out. */
    <T> List<T> eachGood(String separator, Function<Text, Optional<T>> parser) {
        return Arrays.stream(value.split(separator, -1))
                .flatMap(part -> parser.apply(with(part.strip())).stream())
                .toList();
    }

    /** Reports a wrong value of a setting. */
    <T> Optional<T> refuse(String expected) {
        return refuse(ProblemCode.SETTING_VALUE, quoted(), expected);
    }

    /** Reports a problem of which its code says what is expected. */
    <T> Optional<T> refuse(ProblemCode code, String given) {
        return refuse(code, given, code.expected());
    }

    /** The same with a hint. */
    <T> Optional<T> refuse(ProblemCode code, String given, Optional<String> hint) {
        return refuse(code, given, code.expected(), hint);
    }

    /** Reports a problem; always empty, so that a reader can return it. */
    <T> Optional<T> refuse(ProblemCode code, String given, String expected) {
        return refuse(code, given, expected, Optional.empty());
    }

    /** Reports a problem; always empty, so that a reader can return it. */
    <T> Optional<T> refuse(ProblemCode code, String given, String expected, Optional<String> hint) {
        problems.add(code, where, given, expected, hint);
        return Optional.empty();
    }

    @Override
    public String toString() {
        return where;
    }
}
