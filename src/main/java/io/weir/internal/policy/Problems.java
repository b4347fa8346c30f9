package io.weir.internal.policy;

import io.weir.internal.policy.Problem.Severity;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Collects what is wrong, so that one deployment shows all of it. The same problem is kept once.
 * Not thread-safe.
 */
public final class Problems {

    private final Set<Problem> problems = new LinkedHashSet<>();

    /**
     * Adds a problem with what its code says is expected.
     *
     * @param code which kind
     * @param where the setting and its origin, or the method
     * @param given what is there; never a password
     */
    public void add(ProblemCode code, String where, String given) {
        add(code, where, given, code.expected(), Optional.empty());
    }

    /**
     * Adds a problem.
     *
     * @param code which kind
     * @param where the setting and its origin, or the method
     * @param given what is there; never a password
     * @param expected what would be right
     * @param hint a sentence that may help
     */
    public void add(
            ProblemCode code, String where, String given, String expected, Optional<String> hint) {
        add(code.severity(), code, where, given, expected, hint);
    }

    /**
     * Adds a problem that is only a warning where nothing may be wrong after all.
     *
     * @param code which kind
     * @param maybe whether that is so
     * @param where the setting and its origin, or the method
     * @param given what is there; never a password
     * @param hint a sentence that may help
     */
    public void add(
            ProblemCode code, boolean maybe, String where, String given, Optional<String> hint) {
        Severity severity = maybe ? Severity.WARNING : code.severity();
        add(severity, code, where, given, code.expected(), hint);
    }

    /**
     * Adds a problem of which something else is expected than its code says.
     *
     * @param code which kind
     * @param where the setting and its origin, or the method
     * @param given what is there; never a password
     * @param expected what would be right
     */
    public void add(ProblemCode code, String where, String given, String expected) {
        add(code, where, given, expected, Optional.empty());
    }

    void add(
            Severity severity,
            ProblemCode code,
            String where,
            String given,
            String expected,
            Optional<String> hint) {
        problems.add(new Problem(severity, code, where, given, expected, hint));
    }

    void addAll(Problems others) {
        problems.addAll(others.problems);
    }

    List<Problem> all() {
        return List.copyOf(problems);
    }

    List<Problem> errors() {
        return with(Severity.ERROR);
    }

    List<Problem> warnings() {
        return with(Severity.WARNING);
    }

    private List<Problem> with(Severity severity) {
        return problems.stream().filter(p -> p.severity() == severity).toList();
    }

    /**
     * Whether the deployment stops.
     *
     * @return false if all there is are warnings
     */
    public boolean areErrors() {
        return !errors().isEmpty();
    }

    /**
     * Each problem as a text of two lines.
     *
     * @return in the order of their discovery
     */
    public List<String> texts() {
        return problems.stream().map(Problem::text).toList();
    }

    /**
     * All problems as one text, errors first; two lines for each.
     *
     * @return the text, empty without problems
     */
    public String report() {
        if (problems.isEmpty()) {
            return "";
        }
        StringBuilder report = new StringBuilder("Weir: ");
        report.append(count(errors().size(), "error")).append(", ");
        report.append(count(warnings().size(), "warning"));
        report.append(" (docs/problems.md explains each code)");
        for (Severity severity : Severity.values()) {
            for (Problem problem : with(severity)) {
                report.append("\n  ").append(severity).append(' ').append(problem.text());
            }
        }
        return report.toString();
    }

    /**
     * One problem as a text of two lines.
     *
     * @param code which kind
     * @param where the setting and its origin, or the method
     * @param given what is there; never a password
     * @return with what the code says is expected
     */
    public static String text(ProblemCode code, String where, String given) {
        return text(code, where, given, Optional.empty());
    }

    static String text(ProblemCode code, String where, String given, Optional<String> hint) {
        return new Problem(code.severity(), code, where, given, code.expected(), hint).text();
    }

    private static String count(int count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }

    /**
     * A text in quotes, shortened to what a reader needs.
     *
     * @param text the text
     * @return in quotes
     */
    public static String quote(String text) {
        return '"' + (text.length() <= 120 ? text : text.substring(0, 120) + "...") + '"';
    }

    static String quoteAll(Collection<String> texts) {
        return texts.stream().map(Problems::quote).collect(Collectors.joining(", "));
    }
}
