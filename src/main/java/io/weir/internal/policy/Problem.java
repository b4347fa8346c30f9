package io.weir.internal.policy;

import java.util.Optional;

/**
 * Something wrong in configuration or in annotations. Immutable.
 *
 * @param severity whether the deployment stops
 * @param code which kind of problem
 * @param where the setting and its origin, or the method
 * @param given what is there; never a password
 * @param expected what would be right
 * @param hint a sentence that may help, such as "Did you mean ...?"
 */
record Problem(
        Severity severity,
        ProblemCode code,
        String where,
        String given,
        String expected,
        Optional<String> hint) {

    /** How grave it is. */
    enum Severity {
        /** The deployment stops. */
        ERROR,
        /** The deployment goes on. */
        WARNING
    }

    /** All of it, on two lines. Controls are shown as blanks. */
    String text() {
        String reason = given + "; expected " + expected + hint.map(h -> ". " + h).orElse("");
        return oneLine(code.heading() + ": " + where) + "\n      given " + oneLine(reason);
    }

    private static String oneLine(String text) {
        return text.replaceAll("[\\p{Cntrl}\\u0085\\u2028\\u2029]", " ");
    }
}
