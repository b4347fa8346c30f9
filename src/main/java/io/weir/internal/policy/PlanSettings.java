package io.weir.internal.policy;

import io.weir.Engine;
import io.weir.Limit;
import io.weir.Mode;
import io.weir.Policy;
import io.weir.internal.address.Cidr;
import io.weir.internal.guard.Terms;
import io.weir.internal.guard.Terms.Candidate;
import io.weir.internal.guard.Terms.Plan;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What configuration says of plans, and what a policy is for the callers of each. */
record PlanSettings(Settings settings) {

    static final String PREFIX = ConfigSource.PREFIX + "plan.";
    private static final String VARIABLE = ConfigSource.environmentName(PREFIX);

    /** A likely slip: {@code weir.plans} is the list of names, and no prefix. */
    private static final String SLIP = ConfigSource.PREFIX + "plans.";

    private static final String SLIP_VARIABLE = ConfigSource.environmentName(SLIP);

    /** Whether a setting or a variable is about a plan, right or wrong. */
    static boolean isOne(String name) {
        return name.startsWith(PREFIX) || name.startsWith(SLIP) || isVariable(name);
    }

    private static boolean isVariable(String name) {
        return name.startsWith(VARIABLE) || name.startsWith(SLIP_VARIABLE);
    }

    private static String limit(String plan, String policy) {
        return PREFIX + plan + ".policy." + policy + ".limit";
    }

    private static String mode(String plan) {
        return PREFIX + plan + ".mode";
    }

    private static String networks(String plan) {
        return PREFIX + plan + ".networks";
    }

    private static Stream<String> all(String plan, String policy) {
        return Stream.of(limit(plan, policy), mode(plan), networks(plan));
    }

    /** The networks that are exempt or denied for all policies, also for those that code makes. */
    Terms ofOthers(Problems problems) {
        if (!settings.enabled()) {
            return Terms.NONE;
        }
        AttributeValues all =
                AttributeValues.configured(
                        "", Attribute.thatChange(), settings, problems, problems);
        return new Terms(
                all.get(Attribute.EXEMPT_NETWORKS),
                all.get(Attribute.DENY_NETWORKS),
                List.of(),
                List.of());
    }

    /** What of a policy depends on who asks; empty if anything is wrong, and was reported. */
    Optional<Terms> terms(Policy policy, AttributeValues values, Problems problems) {
        Problems own = new Problems();
        List<Terms.Source> sources = values.get(Attribute.PLAN);
        List<Plan> plans = new ArrayList<>();
        if (!sources.isEmpty()) {
            if (settings.text("weir.plans").isEmpty()) {
                String given = "the plan by " + PlanText.format(sources);
                own.add(ProblemCode.NO_PLANS, values.where(Attribute.PLAN), given);
            }
            if (values.has(Attribute.ENGINE) && values.get(Attribute.ENGINE) != Engine.SCRIPT) {
                String expected = "script: RRateLimiter has one number of permits for a key";
                own.add(
                        ProblemCode.SETTING_VALUE,
                        values.where(Attribute.ENGINE),
                        "rratelimiter for a policy with plans",
                        expected);
            }
            Reader reader = new Reader(settings.source(), own);
            settings.plans().forEach(name -> plans.add(plan(name, policy, reader, own)));
        }
        Candidate candidate = candidate(policy, values, own);
        problems.addAll(own);
        return own.areErrors()
                ? Optional.empty()
                : Optional.of(
                        new Terms(
                                values.get(Attribute.EXEMPT_NETWORKS),
                                values.get(Attribute.DENY_NETWORKS),
                                sources,
                                plans,
                                candidate));
    }

    /**
     * The limits that are tried, for callers under the policy's own limit: of those with a plan
     * they would say nothing.
     */
    private static @Nullable Candidate candidate(
            Policy policy, AttributeValues values, Problems problems) {
        List<Limit> limits = values.get(Attribute.CANDIDATE);
        if (limits.isEmpty()) {
            return null;
        }
        Candidate candidate =
                Candidate.of(policy, limits, limits.stream().map(LimitText::shortest).toList());
        String given = "the candidate " + candidate.text();
        PolicyCheck.affords(candidate.policy(), values.where(Attribute.CANDIDATE), given, problems);
        return candidate;
    }

    private static Plan plan(String name, Policy policy, Reader reader, Problems problems) {
        Policy ofPlan = policy;
        Optional<ConfigValue<List<Limit>>> limits =
                reader.read(limit(name, policy.name()), LimitText::parse);
        if (limits.isPresent()) {
            ofPlan = policy.with(limits.get().value());
            String where = limits.get().where();
            String limit = "limit " + LimitText.format(ofPlan.limits());
            if (PolicyCheck.isAlike(policy, ofPlan, ProblemCode.PLAN_LIMIT, where, problems)) {
                PolicyCheck.affords(ofPlan, where, limit, problems);
            }
        }
        Optional<Mode> mode = reader.value(mode(name), Reader.oneOf(Mode.class));
        // What is observed or off for all is not enforced for some.
        if (mode.isPresent() && mode.get().compareTo(policy.mode()) > 0) {
            ofPlan = ofPlan.with(mode.get());
        }
        List<Cidr> networks = reader.value(networks(name), RouteText::networks).orElse(List.of());
        return new Plan(name, networks, ofPlan);
    }

    /** Reports the limits of plans, and of a candidate, that take much memory. */
    void reportLarge(Terms terms, String whereCandidate, Problems problems) {
        Candidate candidate = terms.candidate();
        if (candidate != null) {
            LargeWindow.report(candidate.policy(), whereCandidate, problems);
        }
        for (Plan plan : terms.plans()) {
            settings.source()
                    .value(limit(plan.name(), plan.policy().name()))
                    .ifPresent(l -> LargeWindow.report(plan.policy(), l.where(), problems));
        }
    }

    /** The texts of all settings of plans for a policy, to see whether any has changed. */
    Stream<String> texts(String policy, AttributeValues values) {
        return values.get(Attribute.PLAN).isEmpty()
                ? Stream.of()
                : settings.plans().stream()
                        .flatMap(plan -> all(plan, policy))
                        .map(s -> settings.source().value(s).map(ConfigValue::value).orElse(""));
    }

    /** What plans mean for a policy, for the log of the start. */
    String describe(String policy, Terms terms) {
        return terms.plans().stream()
                .map(
                        plan -> {
                            String where =
                                    all(plan.name(), policy)
                                            .flatMap(s -> settings.source().value(s).stream())
                                            .map(ConfigValue::where)
                                            .collect(Collectors.joining(" and "));
                            return "; plan %s: %s from %s"
                                    .formatted(
                                            plan.name(),
                                            describe(plan),
                                            where.isEmpty() ? "the policy itself" : where);
                        })
                .collect(Collectors.joining());
    }

    private static String describe(Plan plan) {
        return text(plan, LimitText.describe(plan.policy().limits()));
    }

    private static String text(Plan plan, String limits) {
        Mode mode = plan.policy().mode();
        return limits
                + (mode == Mode.ENFORCE ? "" : ", mode " + Reader.word(mode))
                + (plan.networks().isEmpty() ? "" : ", networks " + plan.networks());
    }

    /** What has changed, for an operator. */
    static Stream<String> changes(Terms from, Terms to) {
        return from.plans().stream()
                .flatMap(
                        old ->
                                to.plans().stream()
                                        .filter(now -> now.name().equals(old.name()))
                                        .map(now -> change(text(old), text(now), old.name())))
                .filter(change -> !change.isEmpty());
    }

    private static String text(Plan plan) {
        return text(plan, LimitText.format(plan.policy().limits()));
    }

    private static String change(String old, String now, String plan) {
        return now.equals(old) ? "" : "plan %s %s instead of %s".formatted(plan, now, old);
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
