package io.weir.internal.policy;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The names of the settings of plans, and those of them that nothing asks for. */
record PlanNames(Settings settings) {

    private static final String PREFIX = ConfigSource.PREFIX + "plan.";
    private static final String VARIABLE = ConfigSource.environmentName(PREFIX);

    /** A likely slip: {@code weir.plans} is the list of names, and no prefix. */
    private static final String SLIP = ConfigSource.PREFIX + "plans.";

    private static final String SLIP_VARIABLE = ConfigSource.environmentName(SLIP);

    /** Whether a setting or a variable is about a plan, right or wrong. */
    static boolean isOfPlan(String name) {
        return name.startsWith(PREFIX) || name.startsWith(SLIP) || isVariable(name);
    }

    private static boolean isVariable(String name) {
        return name.startsWith(VARIABLE) || name.startsWith(SLIP_VARIABLE);
    }

    static String limit(String plan, String policy) {
        return PREFIX + plan + ".policy." + policy + ".limit";
    }

    static String mode(String plan) {
        return PREFIX + plan + ".mode";
    }

    static String networks(String plan) {
        return PREFIX + plan + ".networks";
    }

    /** The names of all settings of a plan for a policy. */
    static Stream<String> all(String plan, String policy) {
        return Stream.of(limit(plan, policy), mode(plan), networks(plan));
    }

    /**
     * Reports settings of plans that nothing asks for.
     *
     * @param asking the policies that ask for plans, right or wrong
     * @param own the names of all policies here, right or wrong
     * @param others those of other modules of the application, which look themselves
     */
    void reportUnused(
            Collection<String> asking, Set<String> own, Set<String> others, Problems problems) {
        Set<String> known = new LinkedHashSet<>();
        boolean anyAsks = !asking.isEmpty() || !others.isEmpty();
        boolean anyByNetwork = !others.isEmpty() || asking.stream().anyMatch(this::isByNetwork);
        for (String plan : settings.plans()) {
            if (anyAsks) {
                known.add(mode(plan));
            }
            if (anyByNetwork) {
                known.add(networks(plan));
            }
            Stream.concat(asking.stream(), others.stream())
                    .forEach(policy -> known.add(limit(plan, policy)));
        }
        Set<String> variables =
                known.stream().map(ConfigSource::environmentName).collect(Collectors.toSet());
        for (String name : settings.source().written()) {
            if (known.contains(name) || variables.contains(name)) {
                continue;
            }
            if (name.startsWith(PREFIX)) {
                report(name, known, asking, own, problems);
            } else if (name.startsWith(SLIP)) {
                report(name, "nothing that a plan has", known, problems);
            } else if (isVariable(name) && !Settings.isServiceLink(name)) {
                report(name, "nothing that a plan has", variables, problems);
            }
        }
    }

    private boolean isByNetwork(String policy) {
        return settings.text(Attribute.PLAN.setting(policy))
                .filter(text -> text.toLowerCase(Locale.ROOT).contains("network"))
                .isPresent();
    }

    private void report(
            String name,
            Set<String> known,
            Collection<String> asking,
            Set<String> own,
            Problems problems) {
        String[] parts = name.substring(PREFIX.length()).split("\\.policy\\.", 2);
        String plan = parts[0].split("\\.", 2)[0];
        if (!settings.plans().contains(plan)) {
            report(
                    name,
                    "the plan " + Problems.quote(plan) + ", which is none of weir.plans",
                    settings.plans().stream()
                            .map(other -> PREFIX + other + name.substring((PREFIX + plan).length()))
                            .toList(),
                    problems);
        } else if (parts.length == 2 && parts[1].endsWith(".limit")) {
            String policy = parts[1].substring(0, parts[1].length() - ".limit".length());
            boolean borne = own.contains(policy);
            report(
                    name,
                    "the policy %s, which %s"
                            .formatted(
                                    Problems.quote(policy),
                                    borne ? "asks for no plan" : "nothing bears"),
                    borne ? List.of() : asking.stream().map(p -> limit(plan, p)).toList(),
                    problems);
        } else if (name.equals(networks(plan))) {
            String given = "networks, and no policy here asks for the plan by network";
            report(name, given, List.of(), problems);
        } else if (name.equals(mode(plan))) {
            report(name, "a mode, and no policy here asks for a plan", List.of(), problems);
        } else {
            report(name, "nothing that a plan has", known, problems);
        }
    }

    private void report(
            String name, String given, Collection<String> candidates, Problems problems) {
        Optional<String> hint = DidYouMean.hint(name, candidates);
        settings.reportUnused(ProblemCode.UNUSED_PLAN, settings.where(name), given, hint, problems);
    }
}
