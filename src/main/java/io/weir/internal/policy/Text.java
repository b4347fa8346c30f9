package io.weir.internal.policy;

import java.util.ArrayList;
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
        List<T> values = new ArrayList<>();
        String[] parts = value.split(separator, -1);
        for (String part : parts) {
            parser.apply(with(part.strip())).ifPresent(values::add);
        }
        return values.size() == parts.length ? Optional.of(List.copyOf(values)) : Optional.empty();
    }

    /** Reports a wrong value of a setting. */
    <T> Optional<T> refuse(String expected) {
        return refuse(ProblemCode.SETTING_VALUE, quoted(), expected);
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
