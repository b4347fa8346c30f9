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
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What configuration says of plans, and what a policy is for the callers of each. */
record PlanSettings(Settings settings) {

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
                reader.read(PlanNames.limit(name, policy.name()), LimitText::parse);
        if (limits.isPresent()) {
            ofPlan = policy.with(limits.get().value());
            String where = limits.get().where();
            String limit = "limit " + LimitText.format(ofPlan.limits());
            if (PolicyCheck.isAlike(policy, ofPlan, ProblemCode.PLAN_LIMIT, where, problems)) {
                PolicyCheck.affords(ofPlan, where, limit, problems);
            }
        }
        Optional<Mode> mode = reader.value(PlanNames.mode(name), Reader.oneOf(Mode.class));
        // What is observed or off for all is not enforced for some.
        if (mode.isPresent() && mode.get().compareTo(policy.mode()) > 0) {
            ofPlan = ofPlan.with(mode.get());
        }
        List<Cidr> networks =
                reader.value(PlanNames.networks(name), NetworkText::networks).orElse(List.of());
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
                    .value(PlanNames.limit(plan.name(), plan.policy().name()))
                    .ifPresent(l -> LargeWindow.report(plan.policy(), l.where(), problems));
        }
    }

    /** The texts of all settings of plans for a policy, to see whether any has changed. */
    Stream<String> texts(String policy, AttributeValues values) {
        return values.get(Attribute.PLAN).isEmpty()
                ? Stream.of()
                : settings.plans().stream()
                        .flatMap(plan -> PlanNames.all(plan, policy))
                        .map(s -> settings.text(s).orElse(""));
    }

    /** What plans mean for a policy, for the log of the start. */
    String describe(String policy, Terms terms) {
        return terms.plans().stream()
                .map(
                        plan -> {
                            String where =
                                    PlanNames.all(plan.name(), policy)
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
}
