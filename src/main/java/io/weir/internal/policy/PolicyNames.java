package io.weir.internal.policy;

import io.weir.internal.policy.Problem.Severity;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The names under which configuration speaks of policies, and who bears them. */
record PolicyNames(Settings settings) {

    static final String PREFIX = ConfigSource.PREFIX + "policy.";

    private static final String VARIABLE = ConfigSource.environmentName(PREFIX);

    /** Whether a text can be a policy's name. */
    static boolean isName(String name) {
        return !name.isEmpty()
                && name.equals(name.strip())
                && name.chars().allMatch(c -> c >= 0x20 && c < 0x7f);
    }

    /** The name N in {@code weir.policy.N.attribute}; empty if it is not of that form. */
    static Optional<String> in(String setting) {
        if (!setting.startsWith(PREFIX)) {
            return Optional.empty();
        }
        String rest = setting.substring(PREFIX.length());
        return Attribute.settings().stream()
                .filter(attribute -> rest.endsWith("." + attribute))
                .map(attribute -> rest.substring(0, rest.length() - attribute.length() - 1))
                .filter(name -> !name.isBlank())
                .findFirst();
    }

    /**
     * The names of which configuration says anything: those in {@code weir.policies} first.
     *
     * @param expected the names of annotations and those in {@code weir.policies}
     */
    Set<String> configured(Set<String> expected) {
        Set<String> names = new LinkedHashSet<>(settings.policies());
        settings.source().names().stream()
                .sorted()
                .flatMap(setting -> in(setting).stream())
                .filter(name -> !isGuess(name, expected))
                .forEach(names::add);
        return names;
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
                && Attribute.thatAreSet().stream()
                        .map(attribute -> attribute.setting(name))
                        .filter(given::contains)
                        .allMatch(s -> given.contains(ConfigSource.environmentName(s)));
    }

    boolean says(String name, Attribute<?> attribute) {
        return settings.source().value(attribute.setting(name)).isPresent();
    }

    String firstSetting(String name) {
        return Attribute.thatAreSet().stream()
                .flatMap(a -> settings.source().value(a.setting(name)).stream())
                .map(ConfigValue::where)
                .findFirst()
                .orElse("weir.policies, " + name);
    }

    void reportUnused(String name, String where, Set<String> expected, Problems problems) {
        String given = "the name " + Problems.quote(name) + ", which nothing bears";
        Optional<String> hint = DidYouMean.hint(name, expected);
        settings.reportUnused(ProblemCode.UNUSED_POLICY, where, given, hint, problems);
    }

    /** Variables that configure no policy, or more than one. */
    void reportVariables(Set<String> names, Problems problems) {
        Set<String> variables =
                settings.source().names().stream()
                        .filter(v -> v.startsWith(VARIABLE))
                        .filter(v -> v.equals(ConfigSource.environmentName(v)))
                        .filter(v -> !Settings.isServiceLink(v))
                        .map(v -> v.substring(VARIABLE.length()))
                        .collect(Collectors.toCollection(TreeSet::new));
        Map<String, List<String>> byVariable =
                names.stream()
                        .collect(
                                Collectors.groupingBy(
                                        ConfigSource::environmentName,
                                        LinkedHashMap::new,
                                        Collectors.toList()));
        byVariable.forEach(
                (variable, alike) -> {
                    boolean set = variables.removeIf(v -> policy(v).equals(Optional.of(variable)));
                    if (alike.size() > 1) {
                        reportAlike(variable, alike, set, problems);
                    }
                });
        for (String variable : variables) {
            Optional<String> policy = policy(variable).map(name -> name.toLowerCase(Locale.ROOT));
            String where = "environment variable " + VARIABLE + variable;
            policy.ifPresentOrElse(
                    name -> reportUnused(name, where, names, problems),
                    () -> settings.report(problems, VARIABLE + variable, Optional.empty()));
        }
    }

    /** What is left of a variable without the name of an attribute. */
    private static Optional<String> policy(String variable) {
        return Attribute.settings().stream()
                .map(attribute -> "_" + ConfigSource.environmentName(attribute))
                .filter(variable::endsWith)
                .map(end -> variable.substring(0, variable.length() - end.length()))
                .filter(policy -> !policy.isEmpty())
                .findFirst();
    }

    private static void reportAlike(
            String variable, List<String> alike, boolean set, Problems problems) {
        ProblemCode code = ProblemCode.ENVIRONMENT_NAME;
        problems.add(
                set ? Severity.ERROR : code.severity(),
                code,
                "environment variables " + VARIABLE + variable + "_...",
                "the policies "
                        + Problems.quoteAll(alike)
                        + (set ? ", and such a variable is set" : ""),
                code.expected(),
                Optional.empty());
    }

    /** A policy without any limit. */
    static void refuseNoLimit(String name, String where, Problems problems) {
        problems.add(
                ProblemCode.NO_LIMIT,
                where,
                "no limit",
                ProblemCode.NO_LIMIT.expected(),
                Optional.of(
                        name.isEmpty()
                                ? "Only a policy with a name can be configured"
                                : "The setting is " + Attribute.LIMIT.setting(name)));
    }
}
