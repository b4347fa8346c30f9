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
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What configuration says of plans, and what a policy is for the callers of each. */
final class PlanSettings {

    static final String PREFIX = ConfigSource.PREFIX + "plan.";
    static final String VARIABLE = ConfigSource.environmentName(PREFIX);

    private final Settings settings;

    PlanSettings(Settings settings) {
        this.settings = settings;
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

    /** What is said of all policies, for those that only code knows. */
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
            if (settings.plans().isEmpty()) {
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

    /** Asked about who is under the policy's own limit: to others it would say nothing. */
    private static @Nullable Candidate candidate(
            Policy policy, AttributeValues values, Problems problems) {
        List<Limit> limits = values.get(Attribute.CANDIDATE);
        if (limits.isEmpty()) {
            return null;
        }
        Candidate candidate =
                Candidate.of(policy, limits, limits.stream().map(LimitText::shortest).toList());
        if (policy.price().permits() > candidate.policy().capacity()) {
            String where = values.where(Attribute.CANDIDATE);
            String given = "the candidate " + candidate.text();
            String expected = "at least %s, what one operation costs";
            problems.add(
                    ProblemCode.COST, where, given, expected.formatted(policy.price().permits()));
        }
        return candidate;
    }

    private static Plan plan(String name, Policy policy, Reader reader, Problems problems) {
        Policy ofPlan = policy;
        Optional<Given<List<Limit>>> limits =
                reader.read(limit(name, policy.name()), LimitText::parse);
        if (limits.isPresent()) {
            ofPlan = policy.with(limits.get().value());
            check(policy, ofPlan, limits.get().where(), problems);
        }
        Optional<Mode> mode = reader.value(mode(name), Reader.oneOf(Mode.class));
        // What is observed or off for all is not enforced for some.
        if (mode.isPresent() && mode.get().compareTo(policy.mode()) > 0) {
            ofPlan = ofPlan.with(mode.get());
        }
        List<Cidr> networks = reader.value(networks(name), RouteText::networks).orElse(List.of());
        return new Plan(name, networks, ofPlan);
    }

    /** What was used has to count in every plan, and one operation has to be possible. */
    private static void check(Policy policy, Policy ofPlan, String where, Problems problems) {
        String limit = "limit " + LimitText.format(ofPlan.limits());
        if (!RegisteredPolicy.shape(policy).equals(RegisteredPolicy.shape(ofPlan))) {
            String expected = "other numbers for " + LimitText.format(policy.limits());
            problems.add(ProblemCode.PLAN_LIMIT, where, limit, expected);
        } else if (policy.price().permits() > ofPlan.capacity()) {
            String expected = "at least %s, what one operation costs";
            problems.add(
                    ProblemCode.COST, where, limit, expected.formatted(policy.price().permits()));
        }
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
                        .flatMap(n -> Stream.of(limit(n, policy), mode(n), networks(n)))
                        .map(s -> settings.source().value(s).map(Given::value).orElse(""));
    }

    /** What plans mean for a policy, for the log of the start. */
    String describe(String policy, Terms terms) {
        return terms.plans().stream()
                .map(
                        plan -> {
                            String where =
                                    Stream.of(
                                                    limit(plan.name(), policy),
                                                    mode(plan.name()),
                                                    networks(plan.name()))
                                            .flatMap(s -> settings.source().value(s).stream())
                                            .map(Given::where)
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
     * @param asking the policies that ask for plans
     * @param own the names of all policies here
     * @param others those of other modules of the application, which look themselves
     */
    void reportUnused(
            Collection<String> asking, Set<String> own, Set<String> others, Problems problems) {
        Set<String> known = new LinkedHashSet<>();
        for (String plan : settings.plans()) {
            known.add(mode(plan));
            known.add(networks(plan));
            Stream.concat(asking.stream(), others.stream())
                    .forEach(policy -> known.add(limit(plan, policy)));
        }
        Set<String> variables =
                known.stream().map(ConfigSource::environmentName).collect(Collectors.toSet());
        Set<String> given = settings.source().names();
        for (String name : new TreeSet<>(given)) {
            String variable = ConfigSource.environmentName(name);
            boolean ours = name.startsWith(PREFIX) || name.startsWith(VARIABLE);
            // MicroProfile Config may list a variable a second time, as a guess at a setting.
            boolean guess = !name.equals(variable) && given.contains(variable);
            if (ours && !guess && !known.contains(name) && !variables.contains(name)) {
                if (name.startsWith(PREFIX)) {
                    report(name, known, asking, own, problems);
                } else {
                    report(name, "nothing that a plan has", variables, problems);
                }
            }
        }
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
            if (!own.contains(policy)) {
                report(
                        name,
                        "the policy " + Problems.quote(policy) + ", which nothing bears",
                        asking.stream().map(other -> limit(plan, other)).toList(),
                        problems);
            } else {
                report(
                        name,
                        "the policy " + Problems.quote(policy) + ", which asks for no plan",
                        List.of(),
                        problems);
            }
        } else {
            report(name, "nothing that a plan has", known, problems);
        }
    }

    private void report(
            String name, String given, Collection<String> candidates, Problems problems) {
        ProblemCode code = ProblemCode.UNUSED_PLAN;
        problems.add(
                settings.severity(code),
                code,
                settings.source().value(name).map(Given::where).orElse(name),
                given,
                code.expected(),
                DidYouMean.hint(name, candidates));
    }
}
