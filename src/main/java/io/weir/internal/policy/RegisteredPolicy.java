package io.weir.internal.policy;

import io.weir.KeySource;
import io.weir.Limit;
import io.weir.Policy;
import io.weir.RateLimited;
import io.weir.internal.http.RouteSettings;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * A policy of an application: as it was declared, and as it is now. {@link #get} may be called by
 * any thread, all else by one at a time.
 */
final class RegisteredPolicy implements Supplier<Policy> {

    /**
     * How a policy was declared.
     *
     * @param where the first place that bears it, or the setting of its limit
     * @param annotation what stands there; empty: configuration alone declares it
     */
    record Declaration(
            Policy policy,
            String where,
            Optional<RateLimited> annotation,
            AttributeValues values) {}

    private final Set<String> resourceIds = new LinkedHashSet<>();
    private volatile Declaration declared;
    private AttributeValues current;
    private List<String> texts = List.of();
    private volatile Policy now;

    RegisteredPolicy(Declaration declared) {
        this.declared = declared;
        this.current = declared.values;
        this.now = declared.policy;
    }

    /** The policy as it is now. What is read of it at one time belongs together. */
    @Override
    public Policy get() {
        return now;
    }

    Declaration declared() {
        return declared;
    }

    /** Takes the place of what configuration alone has declared. */
    void declare(Declaration next) {
        if (!next.policy.equals(declared.policy)) {
            current = next.values;
            now = next.policy;
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

    /** What it means as it was declared, and where each part of it comes from. */
    String describe() {
        String key = KeyText.format(declared.policy.key());
        boolean global = key.equals("global");
        String ids = String.join(" or ", resourceIds);
        return "%s: %s%s%s%s; the rest by default"
                .formatted(
                        declared.policy.name(),
                        LimitText.describe(declared.policy.limits()),
                        global ? ", all callers together" : ", per " + key,
                        ids.isEmpty() ? "" : (global ? ", per" : " and") + " @ResourceId " + ids,
                        declared.values.origins(declared.where));
    }

    /**
     * Reads again what may change. What is wrong changes nothing, and is reported once.
     *
     * @return what is different, for an operator; empty if nothing is
     */
    Optional<String> reread(Settings settings, Problems problems) {
        String name = declared.annotation.map(RateLimited::name).orElse(declared.policy.name());
        List<Attribute<?>> rows = Attribute.thatChange();
        List<String> read = rows.stream().flatMap(r -> r.texts(name, settings.source())).toList();
        if (read.equals(texts)) {
            return Optional.empty();
        }
        texts = read;
        AttributeValues live = AttributeValues.configured(name, rows, settings, problems, problems);
        declared.annotation.ifPresent(a -> live.add(a, declared.where, rows, problems));
        if (problems.errors().isEmpty()) {
            AttributeValues next = declared.values.changed(live);
            Policy before = now;
            Policy policy = next.policy(before.name(), before.wireName());
            if (!policy.equals(before) && isPossible(policy, next, problems)) {
                String text =
                        rows.stream()
                                .map(row -> row.change(current, next))
                                .filter(change -> !change.isEmpty())
                                .collect(Collectors.joining(", "));
                current = next;
                now = policy;
                return Optional.of(before.name() + ": " + text);
            }
        }
        return Optional.empty();
    }

    /** Whether an application that runs can take it up; reports why not. */
    private boolean isPossible(Policy policy, AttributeValues next, Problems problems) {
        String where = next.where(Attribute.LIMIT);
        String limit = "limit " + LimitText.format(policy.limits());
        if (!shape(policy).equals(shape(now))) {
            problems.add(
                    ProblemCode.CHANGE,
                    where,
                    limit,
                    "other numbers for " + LimitText.format(now.limits()));
            return false;
        }
        if (policy.price().permits() > policy.capacity()) {
            problems.add(
                    ProblemCode.COST,
                    where,
                    "the " + limit,
                    "at least %s, what one operation costs".formatted(policy.price().permits()));
            return false;
        }
        return true;
    }

    private static List<List<Object>> shape(Policy policy) {
        return policy.limits().stream().map(RegisteredPolicy::kind).toList();
    }

    private static List<Object> kind(Limit limit) {
        return limit instanceof Limit.CalendarQuota quota
                ? List.of(quota.period(), quota.zone())
                : List.of(limit.getClass(), limit.window());
    }
}
