package io.weir.gate;

import io.weir.CostResolver;
import io.weir.Key;
import io.weir.KeyResolver;
import io.weir.KeySource;
import io.weir.Policy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes the key and the cost of an operation. What a source of the key does not know falls back to
 * the client's address, and where there is none to who is known instead. Thread-safe.
 */
public final class Keys {

    private final Map<String, KeyResolver> resolvers;
    private final Map<String, CostResolver> prices;

    /**
     * With what the application says itself. The maps may grow: some policies are found late.
     *
     * @param resolvers its key resolvers, by name; thread-safe
     * @param prices its cost resolvers, by name; thread-safe
     */
    public Keys(Map<String, KeyResolver> resolvers, Map<String, CostResolver> prices) {
        this.resolvers = resolvers;
        this.prices = prices;
    }

    /** What one operation costs: at least 1. */
    long cost(Policy policy, Caller caller) {
        if (policy.costBean().isEmpty()) {
            return policy.cost();
        }
        CostResolver price = prices.get(policy.costBean());
        if (price == null) {
            throw new IllegalStateException(
                    "no CostResolver is called \"" + policy.costBean() + "\"");
        }
        return Math.max(1, price.cost(caller.client()));
    }

    /** A cost as often as an argument says; what is out of the range of a long is its end. */
    static long times(long cost, Rule rule, @Nullable Object[] arguments) {
        if (rule.costParameter().isEmpty()
                || !(arguments[rule.costParameter().getAsInt()] instanceof Number times)) {
            return cost;
        }
        long units = Math.max(1, times.longValue());
        return units > Long.MAX_VALUE / cost ? Long.MAX_VALUE : cost * units;
    }

    /**
     * Makes the key of an operation.
     *
     * @throws IllegalArgumentException if the type of an id has no identity of its own
     */
    Key of(Policy policy, Caller caller, @Nullable Object... resourceIds) {
        List<KeySource> sources = policy.key();
        if (sources.size() == 1) { // nearly all: without a list
            KeySource source = sources.get(0);
            String value = value(source, caller);
            if (value != null) {
                return Key.of(source.kind(), value, resourceIds);
            }
            Optional<String> user = caller.insteadOfAddress();
            return user.isPresent()
                    ? Key.of(KeySource.Kind.PRINCIPAL, user.get(), resourceIds)
                    : Key.of(KeySource.Kind.CLIENT, caller.client().key(), resourceIds);
        }
        List<Key.Part> parts = new ArrayList<>(sources.size());
        for (KeySource source : sources) {
            String value = value(source, caller);
            parts.add(
                    value == null
                            ? caller.insteadOfAddress()
                                    .map(u -> new Key.Part(KeySource.Kind.PRINCIPAL, u))
                                    .orElseGet(
                                            () ->
                                                    new Key.Part(
                                                            KeySource.Kind.CLIENT,
                                                            caller.client().key()))
                            : new Key.Part(source.kind(), value));
        }
        return Key.of(parts, Arrays.asList(resourceIds));
    }

    /** What a source says of the caller; null where only the client's address is known. */
    private @Nullable String value(KeySource source, Caller caller) {
        return switch (source.kind()) {
            case CLIENT -> null;
            case PRINCIPAL -> caller.principal().orElse(null);
            case HEADER -> caller.header(source.name()).orElse(null);
            case PATH -> caller.path(source.name()).orElse(null);
            case GLOBAL -> "";
            case BEAN -> resolver(source.name()).resolve(caller.client()).orElse(null);
        };
    }

    private KeyResolver resolver(String name) {
        KeyResolver resolver = resolvers.get(name);
        if (resolver == null) {
            throw new IllegalStateException("no KeyResolver is called \"" + name + "\"");
        }
        return resolver;
    }
}
