package io.weir.internal.policy;

import java.util.Optional;

/**
 * A text to be read, and the way to say what is wrong with it.
 *
 * @param value the text, without blanks at its ends; maybe a password, so it is not in {@link
 *     #toString()}
 * @param where the setting and its origin, or the method
 * @param problems takes what is wrong
 */
record Text(String value, String where, Problems problems) {

    /** Reports a wrong value of a setting. */
    <T> Optional<T> refuse(String expected) {
        return refuse(ProblemCode.SETTING_VALUE, Problems.quote(value), expected, Optional.empty());
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
