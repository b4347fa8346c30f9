package io.weir.internal.policy;

import io.weir.internal.policy.Problem.Severity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The names under which configuration speaks of policies, and who bears them. */
final class PolicyNames {

    private final Settings settings;

    PolicyNames(Settings settings) {
        this.settings = settings;
    }

    /**
     * The names of which configuration says anything: those in {@code weir.policies} first.
     *
     * @param expected the names of annotations and those in {@code weir.policies}
     */
    Set<String> configured(Set<String> expected) {
        Set<String> names = new LinkedHashSet<>(settings.policies());
        for (String name : PolicySettings.names(settings.source())) {
            if (!isGuess(name, expected)) {
                names.add(name);
            }
        }
        return names;
    }

    boolean saysNothing(String name, String attribute) {
        return setting(name, attribute).isEmpty();
    }

    private Optional<Given<String>> setting(String name, String attribute) {
        return settings.source().value(PolicySettings.PREFIX + name + "." + attribute);
    }

    String firstSetting(String name) {
        return PolicySettings.ATTRIBUTES.stream()
                .flatMap(attribute -> setting(name, attribute).stream())
                .map(Given::where)
                .findFirst()
                .orElse("weir.policies, " + name);
    }

    void reportUnused(String name, String where, Set<String> expected, Problems problems) {
        problems.add(
                new Problem(
                        settings.strict() ? Severity.ERROR : ProblemCode.UNUSED_POLICY.severity(),
                        ProblemCode.UNUSED_POLICY,
                        where,
                        "the name " + Problems.quote(name) + ", which nothing bears",
                        ProblemCode.UNUSED_POLICY.expected(),
                        DidYouMean.hint(name, expected)));
    }

    /**
     * Whether a name is only a guess. Some implementations of MicroProfile Config list a variable
     * {@code WEIR_POLICY_VIEW_COUNT_LIMIT} a second time as {@code weir.policy.view.count.limit}.
     */
    private boolean isGuess(String name, Set<String> expected) {
        Set<String> given = settings.source().names();
        String variable = ConfigSource.environmentName(name);
        return !expected.contains(name)
                && expected.stream().map(ConfigSource::environmentName).anyMatch(variable::equals)
                && PolicySettings.ATTRIBUTES.stream()
                        .map(attribute -> PolicySettings.PREFIX + name + "." + attribute)
                        .filter(given::contains)
                        .allMatch(s -> given.contains(ConfigSource.environmentName(s)));
    }

    /** Variables that configure no policy, or more than one. */
    void reportVariables(Set<String> names, Problems problems) {
        String prefix = ConfigSource.environmentName(PolicySettings.PREFIX);
        Set<String> variables = new TreeSet<>();
        for (String variable : settings.source().names()) {
            if (variable.startsWith(prefix)
                    && variable.equals(ConfigSource.environmentName(variable))
                    && !Settings.isServiceLink(variable)) {
                variables.add(variable.substring(prefix.length()));
            }
        }
        Map<String, List<String>> byVariable = new LinkedHashMap<>();
        for (String name : names) {
            byVariable
                    .computeIfAbsent(ConfigSource.environmentName(name), n -> new ArrayList<>())
                    .add(name);
        }
        byVariable.forEach(
                (variable, alike) -> {
                    boolean set = variables.stream().anyMatch(v -> isAttribute(v, variable));
                    if (alike.size() > 1) {
                        problems.add(
                                new Problem(
                                        set
                                                ? Severity.ERROR
                                                : ProblemCode.ENVIRONMENT_NAME.severity(),
                                        ProblemCode.ENVIRONMENT_NAME,
                                        "environment variables " + prefix + variable + "_...",
                                        "the policies "
                                                + Problems.quoteAll(alike)
                                                + (set ? ", and such a variable is set" : ""),
                                        ProblemCode.ENVIRONMENT_NAME.expected(),
                                        Optional.empty()));
                    }
                    variables.removeIf(v -> isAttribute(v, variable));
                });
        for (String variable : variables) {
            String attribute =
                    PolicySettings.ATTRIBUTES.stream()
                            .map(a -> "_" + ConfigSource.environmentName(a))
                            .filter(variable::endsWith)
                            .findFirst()
                            .orElse("");
            String where = "environment variable " + prefix + variable;
            String name =
                    variable.substring(0, variable.length() - attribute.length())
                            .toLowerCase(Locale.ROOT);
            if (attribute.isEmpty() || name.isEmpty()) {
                settings.report(
                        problems, ProblemCode.UNKNOWN_SETTING, prefix + variable, Optional.empty());
            } else {
                reportUnused(name, where, names, problems);
            }
        }
    }

    private static boolean isAttribute(String variable, String policy) {
        return PolicySettings.ATTRIBUTES.stream()
                .anyMatch(a -> variable.equals(policy + "_" + ConfigSource.environmentName(a)));
    }
}
