package io.weir.internal.policy;

import io.weir.CountWhen;
import io.weir.Engine;
import io.weir.Mode;
import io.weir.Policy;
import io.weir.RateLimited;
import io.weir.internal.answer.AnswerSettings;
import io.weir.internal.http.RouteSettings;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is said of one policy: a value for an attribute, and where somebody said it. What nobody
 * says is at its default.
 */
final class AttributeValues {

    private final Map<Attribute<?>, ConfigValue<?>> said = new HashMap<>();

    private AttributeValues() {}

    AttributeValues(AttributeValues like) {
        said.putAll(like.said);
    }

    /**
     * What configuration says of a policy, and of all of them.
     *
     * @param policy its name; empty: it has none, and cannot be configured by itself
     * @param rows which attributes are wanted
     * @param forAll takes what is wrong with settings for all policies
     */
    static AttributeValues configured(
            String policy,
            List<Attribute<?>> rows,
            Settings settings,
            Problems forAll,
            Problems problems) {
        AttributeValues values = new AttributeValues();
        Reader reader = new Reader(settings.source(), problems);
        for (Attribute<?> row : rows) {
            if (policy.isEmpty() || !row.isSet(policy, reader)) {
                row.readForAll(new Reader(settings.source(), forAll), values);
            }
            if (!policy.isEmpty()) {
                row.read(policy, reader, values);
            }
        }
        if (settings.answers().fields() == AnswerSettings.When.ALWAYS
                && rows.contains(Attribute.ENGINE)
                && Attribute.ENGINE.texts(policy, settings.source()).allMatch(String::isEmpty)) {
            // RRateLimiter would have to be asked again for what is left.
            values.put(
                    Attribute.ENGINE,
                    new ConfigValue<>(Engine.SCRIPT, settings.where("weir.fields")));
        }
        if (!settings.enabled()) {
            values.put(Attribute.MODE, new ConfigValue<>(Mode.OFF, ""));
        }
        return values;
    }

    /** Adds what an annotation says and configuration does not; false if anything is wrong. */
    boolean add(RateLimited annotation, String where, List<Attribute<?>> rows, Problems problems) {
        boolean good = true;
        for (Attribute<?> row : rows) {
            good &= row.read(annotation, where, problems, this);
        }
        return good;
    }

    /** The same with other values of what may change; without a limit there, with the same one. */
    AttributeValues changed(AttributeValues now) {
        AttributeValues changed = new AttributeValues(this);
        changed.said.keySet().removeAll(Attribute.thatChange());
        changed.said.putAll(now.said);
        find(Attribute.LIMIT).ifPresent(limit -> changed.said.putIfAbsent(Attribute.LIMIT, limit));
        return changed;
    }

    <T> void put(Attribute<T> attribute, ConfigValue<T> given) {
        said.put(attribute, given);
    }

    @SuppressWarnings("unchecked") // put is the only way in
    private <T> Optional<ConfigValue<T>> find(Attribute<T> attribute) {
        return Optional.ofNullable((ConfigValue<T>) said.get(attribute));
    }

    boolean has(Attribute<?> attribute) {
        return said.containsKey(attribute);
    }

    <T> T get(Attribute<T> attribute) {
        return find(attribute).map(ConfigValue::value).orElse(attribute.usual());
    }

    /** Where somebody said it; empty if nobody did. */
    String where(Attribute<?> attribute) {
        return find(attribute).map(ConfigValue::where).orElse("");
    }

    Policy policy(String name, String wireName) {
        return new Policy(
                name,
                wireName,
                get(Attribute.LIMIT),
                new Policy.Callers(get(Attribute.KEY), get(Attribute.FOLD_IDS)),
                get(Attribute.COST),
                new Policy.Conduct(
                        get(Attribute.MODE),
                        get(Attribute.ON_REFUSAL),
                        get(Attribute.ON_OUTAGE),
                        // RRateLimiter has one number of permits for a key, and plans have several
                        get(Attribute.PLAN).isEmpty() ? get(Attribute.ENGINE) : Engine.SCRIPT,
                        get(Attribute.COUNT_WHEN),
                        get(Attribute.FAILURE_STATUS),
                        get(Attribute.LEASE)));
    }

    /** Where the filter enforces it, if it does. */
    Optional<RouteSettings> route() {
        return find(Attribute.PATH)
                .map(
                        path ->
                                new RouteSettings(
                                        path.value(),
                                        Set.copyOf(get(Attribute.METHODS)),
                                        get(Attribute.DISPATCHERS),
                                        get(Attribute.EXEMPT_PATHS)));
    }

    /**
     * What is not at its default and where it is from: first what is said of this policy alone.
     *
     * @param where where the policy is declared
     */
    String origins(String where) {
        AttributeValues shown = new AttributeValues(this);
        if (get(Attribute.COUNT_WHEN) == CountWhen.ALWAYS) {
            shown.said.remove(Attribute.FAILURE_STATUS);
        } else if (!has(Attribute.FAILURE_STATUS)) {
            shown.put(
                    Attribute.FAILURE_STATUS,
                    new ConfigValue<>(get(Attribute.FAILURE_STATUS), where));
        }
        return Attribute.all().stream()
                .sorted(Comparator.comparing(Attribute::isForAll))
                .map(row -> row.describe(shown))
                .collect(Collectors.joining());
    }
}
