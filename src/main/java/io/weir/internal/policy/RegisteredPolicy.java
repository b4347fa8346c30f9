package io.weir.internal.policy;

import io.weir.KeySource;
import io.weir.Policy;
import io.weir.RateLimited;
import io.weir.internal.guard.LivePolicy;
import io.weir.internal.guard.Terms;
import io.weir.internal.http.RouteSettings;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A policy of an application: as it was declared, and as it is now. {@link #get} and {@link #terms}
 * may be called by any thread, all else by one at a time.
 */
final class RegisteredPolicy implements LivePolicy {

    /**
     * How a policy was declared.
     *
     * @param where the first place that bears it, or the setting of its limit
     * @param terms what of it depends on who asks
     * @param annotation what stands there; empty: configuration alone declares it
     */
    record Declaration(
            Policy policy,
            Terms terms,
            String where,
            Optional<RateLimited> annotation,
            AttributeValues values) {}

    private final Set<String> resourceIds = new LinkedHashSet<>();
    private volatile Declaration declared;

    /** What configuration and annotations say now. */
    private AttributeValues current;

    /** The same with an override, if an operator has set one. */
    private AttributeValues inForce;

    private @Nullable PolicyOverride override;
    private List<String> texts = List.of();
    private volatile Policy now;
    private volatile Terms terms;

    RegisteredPolicy(Declaration declared) {
        this.declared = declared;
        this.current = declared.values;
        this.inForce = declared.values;
        this.now = declared.policy;
        this.terms = declared.terms;
    }

    /** The policy as it is now. What is read of it at one time belongs together. */
    @Override
    public Policy get() {
        return now;
    }

    @Override
    public Terms terms() {
        return terms;
    }

    /** All by which it is counted: itself, what it is for each plan, and its candidate. */
    Stream<Policy> counted() {
        Terms of = terms;
        Terms.Candidate candidate = of.candidate();
        Stream<Policy> own =
                Stream.concat(Stream.of(now), of.plans().stream().map(Terms.Plan::policy));
        return candidate == null ? own : Stream.concat(own, Stream.of(candidate.policy()));
    }

    Declaration declared() {
        return declared;
    }

    /** Takes the place of what configuration alone has declared. */
    void declare(Declaration next) {
        if (!(next.policy.equals(declared.policy) && next.terms.equals(declared.terms))) {
            current = next.values;
            inForce = next.values;
            now = next.policy;
            terms = next.terms;
        }
        declared = next;
    }

    /** What makes part of its keys beside its own sources. */
    void hasIds(String names) {
        resourceIds.add(names);
    }

    Optional<RouteSettings> route() {
        return declared.values.route();
    }

    boolean trustsHeader() {
        return has(KeySource.Kind.HEADER);
    }

    /** Whether the same requests are limited by their client's address, too. */
    boolean isWatchedBy(RegisteredPolicy other) {
        return other.has(KeySource.Kind.CLIENT)
                && !other.trustsHeader()
                && (place().equals(other.place())
                        || (route().isPresent() && route().equals(other.route())));
    }

    /** The method or class, which may have several annotations. */
    private String place() {
        return declared.where.replaceFirst(" #[0-9]+$", "");
    }

    private boolean has(KeySource.Kind kind) {
        return declared.policy.key().stream().anyMatch(s -> s.kind() == kind);
    }

    /** Whether another annotation with its name says the same; reports what it says else. */
    boolean agrees(String where, AttributeValues other, Problems problems) {
        boolean agrees = true;
        for (Attribute<?> row : Attribute.all()) {
            String given = row.inCode(other);
            String expected = row.inCode(declared.values);
            if (row.isAnnotated() && !given.equals(expected)) {
                agrees = false;
                refuse(where, given, expected, problems);
            }
        }
        return agrees;
    }

    void refuseNoLimit(String where, Problems problems) {
        refuse(where, "no limit", Attribute.LIMIT.inCode(declared.values), problems);
    }

    private void refuse(String where, String given, String expected, Problems problems) {
        problems.add(
                ProblemCode.NAME_DISAGREES,
                where,
                "%s for the name %s".formatted(given, Problems.quote(declared.policy.name())),
                "%s, as at %s: annotations with one name agree in all"
                        .formatted(expected, declared.where));
    }

    String ids() {
        return String.join(" or ", resourceIds);
    }

    /** What it means as it was declared, and where each part of it comes from. */
    String describe(PlanSettings plans) {
        return describe(declared.policy, declared.values, declared.terms, plans);
    }

    /** What it means now. */
    String describeNow(PlanSettings plans) {
        return describe(now, inForce, terms, plans);
    }

    private String describe(Policy policy, AttributeValues values, Terms of, PlanSettings plans) {
        return "%s%s%s; the rest by default"
                .formatted(
                        inWords(policy, ids()),
                        values.origins(declared.where),
                        plans.describe(policy.name(), of));
    }

    /** What it means, whoever has made it. */
    static String inWords(Policy policy, String ids) {
        String key = KeyText.format(policy.key());
        boolean global = key.equals("global");
        return "%s: %s%s%s"
                .formatted(
                        policy.name(),
                        LimitText.describe(policy.limits()),
                        global ? ", all callers together" : ", per " + key,
                        ids.isEmpty() ? "" : (global ? ", per" : " and") + " @ResourceId " + ids);
    }

    /**
     * Reads again what may change. What is wrong changes nothing, and is reported once.
     *
     * @return what is different, for an operator; empty if nothing is
     */
    Optional<String> reread(Settings settings, Problems problems) {
        String name = declared.annotation.map(RateLimited::name).orElse(declared.policy.name());
        List<Attribute<?>> rows = Attribute.thatChange();
        PlanSettings plans = new PlanSettings(settings);
        List<String> read =
                Stream.concat(
                                rows.stream().flatMap(r -> r.texts(name, settings.source())),
                                plans.texts(name, declared.values))
                        .toList();
        if (read.equals(texts)) {
            return Optional.empty();
        }
        texts = read;
        AttributeValues live = AttributeValues.configured(name, rows, settings, problems, problems);
        declared.annotation.ifPresent(a -> live.add(a, declared.where, rows, problems));
        AttributeValues before = current;
        Terms termsBefore = terms;
        AttributeValues next = declared.values.changed(live);
        if (problems.areErrors()
                || !isPossible(next, problems)
                || !put(overridden(next, override, problems), plans, problems)) {
            return Optional.empty();
        }
        current = next;
        String text =
                Stream.concat(
                                rows.stream()
                                        .map(row -> row.change(before, next))
                                        .filter(change -> !change.isEmpty()),
                                PlanSettings.changes(termsBefore, terms))
                        .collect(Collectors.joining(", "));
        return text.isEmpty() ? Optional.empty() : Optional.of(now.name() + ": " + text);
    }

    /** Puts something in the place of settings, or nothing; what is wrong changes nothing. */
    void override(@Nullable PolicyOverride next, Settings settings, Problems problems) {
        Problems own = new Problems();
        AttributeValues values = overridden(current, next, own);
        if (!settings.enabled() && next != null) {
            own.add(
                    ProblemCode.OVERRIDE,
                    next.origin(),
                    "weir.enabled = false",
                    "an application whose limits are on");
        }
        if (!own.areErrors()
                && isPossible(values, own)
                && put(values, new PlanSettings(settings), own)) {
            override = next;
        }
        problems.addAll(own);
    }

    /**
     * Puts values in force, and what they mean for plans. Who counts by a policy that is the same
     * goes on with the same object.
     *
     * @return false if anything is wrong, and nothing has changed
     */
    private boolean put(AttributeValues values, PlanSettings plans, Problems problems) {
        Policy policy = policy(values);
        Optional<Terms> found = plans.terms(policy, values, problems);
        if (problems.areErrors() || found.isEmpty()) {
            return false;
        }
        inForce = values;
        if (!policy.equals(now)) {
            now = policy;
        }
        if (!found.get().equals(terms)) {
            terms = found.get();
        }
        return true;
    }

    private Policy policy(AttributeValues values) {
        return values.policy(now.name(), now.wireName());
    }

    private static AttributeValues overridden(
            AttributeValues values, @Nullable PolicyOverride override, Problems problems) {
        AttributeValues with = new AttributeValues(values);
        if (override != null) {
            String where = override.origin();
            Attribute.LIMIT.read(new Text(override.limit().strip(), where, problems), with);
            Attribute.MODE.read(new Text(override.mode().strip(), where, problems), with);
        }
        return with;
    }

    /** Whether an application that runs can take it up; reports why not. */
    private boolean isPossible(AttributeValues next, Problems problems) {
        Policy policy = policy(next);
        String where = next.where(Attribute.LIMIT);
        String limit = "the limit " + LimitText.format(policy.limits());
        return PolicyCheck.isAlike(now, policy, ProblemCode.CHANGE, where, problems)
                && PolicyCheck.affords(policy, where, limit, problems);
    }
}
