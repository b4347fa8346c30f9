package io.weir.internal.policy;

import io.weir.Policy;
import io.weir.RateLimited;
import io.weir.internal.guard.LivePolicy;
import io.weir.internal.guard.Terms;
import io.weir.internal.http.RouteSettings;
import io.weir.internal.policy.RegisteredPolicy.Declaration;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * All policies of an application: annotations merged with configuration, and what configuration
 * declares alone. They are declared while the application is deployed (those of resources that only
 * JAX-RS shows, with the first request), found by their names, and changed while it runs.
 * Thread-safe.
 */
public final class PolicyRegistry implements LivePolicy.Finder {

    private final Settings settings;
    private final PolicyNames names;
    private final PlanSettings plans;

    /**
     * In the order of their declaration; copied with each, so that whoever finds one never waits.
     */
    private volatile Map<String, RegisteredPolicy> policies = Map.of();

    private volatile Terms ofOthers;

    /** What configuration says of the names in annotations, also where the policy is wrong. */
    private final Map<String, AttributeValues> annotated = new LinkedHashMap<>();

    /**
     * Makes an empty registry.
     *
     * @param settings what configuration says
     */
    public PolicyRegistry(Settings settings) {
        this.settings = settings;
        this.names = new PolicyNames(settings);
        this.plans = new PlanSettings(settings);
        this.ofOthers = plans.ofOthers(new Problems());
    }

    /**
     * Merges an annotation with configuration, which wins attribute by attribute. A policy without
     * a name is identified by where it stands, and cannot be configured.
     *
     * @param where the method or class that bears it, such as {@code io.shop.Products.get(long)}
     * @param annotation what stands there
     * @param problems takes what is wrong
     * @return the policy as it is at any time, the same for each annotation with one name; empty if
     *     anything is wrong
     */
    public synchronized Optional<LivePolicy> declare(
            String where, RateLimited annotation, Problems problems) {
        String name = annotation.name();
        boolean named = !name.isEmpty();
        if (named && !PolicyNames.isName(name)) {
            problems.add(ProblemCode.POLICY_NAME, where, Problems.quote(name));
            return Optional.empty();
        }
        AttributeValues values =
                new AttributeValues(
                        named
                                ? annotated.computeIfAbsent(name, n -> configured(n, problems))
                                : configured("", problems));
        boolean good = values.add(annotation, where, Attribute.all(), problems);
        RegisteredPolicy known = policies.get(named ? name : where);
        if (!values.has(Attribute.LIMIT)
                && annotation.value().isBlank()
                && !(named && names.says(name, Attribute.LIMIT))) {
            if (known == null) {
                PolicyNames.refuseNoLimit(name, where, problems);
            } else {
                known.refuseNoLimit(where, problems);
            }
        }
        long cost = values.get(Attribute.COST).permits();
        if (cost < 1) {
            problems.add(ProblemCode.COST, where, "a cost of " + cost);
        }
        if (!good || !values.has(Attribute.LIMIT) || cost < 1) {
            return Optional.empty();
        }
        if (known != null && known.declared().annotation().isPresent()) {
            return known.agrees(where, values, problems) ? Optional.of(known) : Optional.empty();
        }
        String wireName = named ? name : Policy.wireNameOf(values.get(Attribute.LIMIT).get(0));
        Policy policy = values.policy(named ? name : where, wireName);
        return add(policy, where, Optional.of(annotation), values, problems);
    }

    private AttributeValues configured(String name, Problems problems) {
        // Settings has reported what is wrong with settings for all policies.
        return AttributeValues.configured(
                name, Attribute.all(), settings, new Problems(), problems);
    }

    private Optional<LivePolicy> add(
            Policy policy,
            String where,
            Optional<RateLimited> annotation,
            AttributeValues values,
            Problems problems) {
        boolean costsLess = policy.price().permits() <= policy.capacity();
        Optional<Terms> terms =
                costsLess ? plans.terms(policy, values, problems) : Optional.empty();
        Declaration declared =
                new Declaration(policy, terms.orElse(Terms.NONE), where, annotation, values);
        RegisteredPolicy known = policies.get(policy.name());
        if (known == null) {
            known = new RegisteredPolicy(declared);
            Map<String, RegisteredPolicy> more = new LinkedHashMap<>(policies);
            more.put(policy.name(), known);
            policies = Collections.unmodifiableMap(more);
        } else if (terms.isPresent()) { // else what is in force stays
            known.declare(declared);
        }
        LargeWindow.report(policy, declared.where(), problems);
        PolicyCheck.lease(policy, values.where(Attribute.LEASE), problems);
        plans.reportLarge(declared.terms(), values.where(Attribute.CANDIDATE), problems);
        if (terms.isPresent()) {
            return Optional.of(known);
        }
        if (costsLess) {
            return Optional.empty();
        }
        problems.add(
                ProblemCode.COST,
                declared.where(),
                "a cost of %s with the limit %s"
                        .formatted(policy.price().permits(), LimitText.format(policy.limits())),
                "at most %s, the smallest capacity".formatted(policy.capacity()));
        return Optional.empty();
    }

    /**
     * Adds the policies that configuration declares alone. To be called once, after the annotations
     * of beans; those of other classes may follow.
     *
     * @param problems takes what is wrong
     */
    public synchronized void configured(Problems problems) {
        for (String name : names.configured(expected())) {
            if (!annotated.containsKey(name)) {
                declareAlone(name, problems);
            }
        }
        for (RegisteredPolicy one : policies.values()) {
            one.route().ifPresent(route -> PolicyCheck.path(one.get(), route.path(), problems));
        }
    }

    private void declareAlone(String name, Problems problems) {
        if (!PolicyNames.isName(name)) {
            problems.add(ProblemCode.POLICY_NAME, PolicyNames.PREFIX + name, Problems.quote(name));
            return;
        }
        AttributeValues values = configured(name, problems);
        if (wanted(name) && !names.says(name, Attribute.LIMIT)) {
            PolicyNames.refuseNoLimit(name, names.firstSetting(name), problems);
        }
        if (values.has(Attribute.LIMIT)) {
            String where = values.where(Attribute.LIMIT);
            add(values.policy(name, name), where, Optional.empty(), values, problems);
        }
    }

    /**
     * Reports what only all declarations together show: what configuration says of policies that
     * nobody has, and a key with a header that nothing stands beside. To be called once, after the
     * last annotation.
     *
     * @param elsewhere the policies of other modules of the application
     * @param problems takes what is wrong
     */
    public synchronized void complete(Set<String> elsewhere, Problems problems) {
        for (RegisteredPolicy one : policies.values()) {
            if (one.trustsHeader() && policies.values().stream().noneMatch(one::isWatchedBy)) {
                problems.add(
                        ProblemCode.UNVERIFIED_HEADER,
                        one.declared().where(),
                        "key " + KeyText.format(one.declared().policy().key()));
            }
        }
        Set<String> expected = expected();
        Set<String> all = names.configured(expected);
        for (String name : all) {
            if (!annotated.containsKey(name)
                    && !elsewhere.contains(name)
                    && PolicyNames.isName(name)
                    && !wanted(name)) {
                names.reportUnused(name, names.firstSetting(name), expected, problems);
            }
        }
        all.addAll(annotated.keySet());
        names.reportVariables(all, problems);
        all.addAll(policies.keySet());
        List<String> asking = all.stream().filter(n -> names.says(n, Attribute.PLAN)).toList();
        Set<String> others = new LinkedHashSet<>(elsewhere);
        others.removeAll(policies.keySet());
        new PlanNames(settings).reportUnused(asking, all, others, problems);
    }

    private Set<String> expected() {
        Set<String> expected = new LinkedHashSet<>(annotated.keySet());
        expected.addAll(settings.policies());
        return expected;
    }

    private boolean wanted(String name) {
        return settings.policies().contains(name) || names.says(name, Attribute.PATH);
    }

    @Override
    public LivePolicy find(String name) {
        return registered(name);
    }

    @Override
    public Terms ofOthers() {
        return ofOthers;
    }

    @Override
    public boolean isEnabled() {
        return settings.enabled();
    }

    private RegisteredPolicy registered(String name) {
        RegisteredPolicy known = policies.get(name);
        if (known == null) {
            Optional<String> hint = DidYouMean.hint(name, policies.keySet());
            throw new IllegalArgumentException(
                    "nobody declares the policy \"%s\"%s"
                            .formatted(name, hint.map(h -> "; " + h).orElse("")));
        }
        return known;
    }

    /**
     * All policies as they were declared. Waits for nobody, for the heartbeat asks.
     *
     * @return in the order of their declaration; unmodifiable
     */
    public List<Policy> all() {
        return policies.values().stream().map(one -> one.declared().policy()).toList();
    }

    /**
     * The longest time for which a permit is used, in any plan. Waits for nobody, for the heartbeat
     * asks.
     *
     * @return zero without policies
     */
    public Duration longest() {
        return policies.values().stream()
                .flatMap(RegisteredPolicy::counted)
                .map(Policy::fullAfter)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    /**
     * The candidates as they are now. Waits for nobody.
     *
     * @return by the names of their policies
     */
    public Map<String, Terms.Candidate> candidates() {
        Map<String, Terms.Candidate> candidates = new HashMap<>();
        for (RegisteredPolicy one : policies.values()) {
            Terms.Candidate candidate = one.terms().candidate();
            if (candidate != null) {
                candidates.put(one.get().name(), candidate);
            }
        }
        return candidates;
    }

    /**
     * The policies that have a path.
     *
     * @param each makes something of a policy, as it is at any time, and of where the filter
     *     enforces it
     * @return what was made, in the order of their declaration
     */
    public synchronized <R> List<R> routes(BiFunction<LivePolicy, RouteSettings, R> each) {
        return policies.values().stream()
                .flatMap(one -> one.route().map(rules -> each.apply(one, rules)).stream())
                .toList();
    }

    /**
     * Says what makes part of the keys of a policy beside its own sources.
     *
     * @param policy the name of a policy
     * @param names the names of parameters; empty for none
     */
    public synchronized void hasIds(String policy, String names) {
        if (!names.isEmpty()) {
            registered(policy).hasIds(names);
        }
    }

    /**
     * What the policies mean as they were declared, and where each part of them comes from.
     *
     * @return a line for each
     */
    public synchronized List<String> describe() {
        return policies.keySet().stream().map(this::describe).toList();
    }

    /**
     * Puts something in the place of a policy's settings, or takes it away again.
     *
     * @param name the policy's name
     * @param override what is put there; null: nothing any longer
     * @param problems takes what is wrong; then nothing has changed
     * @throws IllegalArgumentException if nobody declares the policy
     */
    public synchronized void override(
            String name, @Nullable PolicyOverride override, Problems problems) {
        registered(name).override(override, settings, problems);
    }

    /**
     * What a policy means now, and where each part of it comes from.
     *
     * @param name its name
     * @return a line
     */
    public synchronized String describeNow(String name) {
        return registered(name).describeNow(plans);
    }

    /**
     * What a policy means that code has made.
     *
     * @param policy the policy
     * @return its limits and its key in words
     */
    public static String inWords(Policy policy) {
        return RegisteredPolicy.inWords(policy, "");
    }

    /**
     * What makes part of the keys of a policy beside its own sources.
     *
     * @param name its name
     * @return the names of parameters; empty for none
     */
    public synchronized String ids(String name) {
        return registered(name).ids();
    }

    String describe(String name) {
        return registered(name).describe(plans);
    }

    /**
     * Reads again what may change while the application runs. What is wrong changes nothing, and is
     * reported once.
     *
     * @param problems takes what is wrong
     * @return what has changed since the last time, in words
     */
    public synchronized List<String> reread(Problems problems) {
        Problems ofAll = new Problems();
        Terms read = plans.ofOthers(ofAll);
        if (ofAll.errors().isEmpty()) {
            ofOthers = read;
        }
        return policies.values().stream()
                .flatMap(
                        one -> {
                            Problems own = new Problems();
                            Optional<String> change = one.reread(settings, own);
                            problems.addAll(own);
                            return change.stream();
                        })
                .toList();
    }
}
