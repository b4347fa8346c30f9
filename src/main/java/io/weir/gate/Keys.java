package io.weir.gate;

import io.weir.ClientIdentity;
import io.weir.CostResolver;
import io.weir.Key;
import io.weir.KeyResolver;
import io.weir.KeySource;
import io.weir.Policy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Makes the key and the cost of an operation. What a source of the key does not know falls back to
 * the client's address. Thread-safe.
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

    Key of(Policy policy, Caller caller, List<@Nullable String> resourceIds) {
        List<KeySource> sources = policy.key();
        if (sources.size() == 1) { // nearly all: without a list that grows
            return Key.of(List.of(part(sources.get(0), caller)), resourceIds);
        }
        List<Key.Part> parts = new ArrayList<>(sources.size());
        for (KeySource source : sources) {
            parts.add(part(source, caller));
        }
        return Key.of(parts, resourceIds);
    }

    private Key.Part part(KeySource source, Caller caller) {
        ClientIdentity client = caller.client();
        Optional<String> value =
                switch (source.kind()) {
                    case CLIENT -> Optional.empty();
                    case PRINCIPAL -> caller.principal();
                    case HEADER -> caller.header(source.name());
                    case PATH -> caller.path(source.name());
                    case GLOBAL -> Optional.of("");
                    case BEAN -> resolver(source.name()).resolve(client);
                };
        return value.map(v -> new Key.Part(source.kind(), v))
                .orElseGet(() -> new Key.Part(KeySource.Kind.CLIENT, client.key()));
    }

    private KeyResolver resolver(String name) {
        KeyResolver resolver = resolvers.get(name);
        if (resolver == null) {
            throw new IllegalStateException("no KeyResolver is called \"" + name + "\"");
        }
        return resolver;
    }

    /**
     * The text of a resource id.
     *
     * @throws IllegalArgumentException if its type has no identity of its own
     */
    static @Nullable String idText(@Nullable Object id) {
        if (id == null) {
            return null;
        }
        if (id instanceof Enum<?> constant) {
            return constant.name();
        }
        if (id instanceof CharSequence
                || id instanceof Number
                || id instanceof Boolean
                || id instanceof Character
                || id instanceof UUID) {
            return id.toString();
        }
        throw new IllegalArgumentException(
                "a resource id of type "
                        + id.getClass().getName()
                        + ", expected String, number, boolean, enum or UUID");
    }
}
