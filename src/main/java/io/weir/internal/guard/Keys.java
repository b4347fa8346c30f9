package io.weir.internal.guard;

import io.weir.ClientIdentity;
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
    private final SecretDigest digest;
    private final Failures failures;

    /** Is told of code of the application that threw or answered nothing; thread-safe. */
    @FunctionalInterface
    public interface Failures {

        /**
         * Takes one.
         *
         * @param policy whose key, cost or plan was asked for
         * @param source what was asked, such as {@code bean:tenant}, or the class of a result
         * @param thrown what it threw; null if it answered null
         */
        void failed(Policy policy, String source, @Nullable Throwable thrown);
    }

    /**
     * With what the application says itself. The maps may grow: some policies are found late.
     *
     * @param resolvers its key resolvers, by name; thread-safe
     * @param prices its cost resolvers, by name; thread-safe
     * @param secret what secrets in keys are digested with, not empty
     * @param failures is told when one of them fails: the client is counted then, and the policy's
     *     own cost
     */
    public Keys(
            Map<String, KeyResolver> resolvers,
            Map<String, CostResolver> prices,
            String secret,
            Failures failures) {
        this.resolvers = resolvers;
        this.prices = prices;
        digest = new SecretDigest(secret);
        this.failures = failures;
    }

    Failures failures() {
        return failures;
    }

    /** What one operation costs: at least 1. */
    long cost(Policy policy, Caller caller) {
        if (policy.price().bean().isEmpty()) {
            return policy.price().permits();
        }
        CostResolver price = prices.get(policy.price().bean());
        if (price == null) {
            throw new IllegalStateException(
                    "no CostResolver is called \"" + policy.price().bean() + "\"");
        }
        ClientIdentity client = caller.client();
        try {
            return Math.max(1, price.cost(client));
        } catch (Exception | Error e) { // whatever code of the application throws
            failures.failed(policy, "bean:" + policy.price().bean(), e);
            return policy.price().permits();
        }
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
    Key of(Policy policy, Caller caller, @Nullable Object... ids) {
        @Nullable Object[] resourceIds = policy.callers().foldIds() ? folded(ids) : ids;
        List<KeySource> sources = policy.key();
        if (sources.size() == 1) { // nearly all: without a list
            KeySource source = sources.get(0);
            String value = value(policy, source, caller);
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
            String value = value(policy, source, caller);
            parts.add(value == null ? fallback(caller) : new Key.Part(source.kind(), value));
        }
        return Key.of(parts, Arrays.asList(resourceIds));
    }

    private static Key.Part fallback(Caller caller) {
        Optional<String> user = caller.insteadOfAddress();
        return user.isPresent()
                ? new Key.Part(KeySource.Kind.PRINCIPAL, user.get())
                : new Key.Part(KeySource.Kind.CLIENT, caller.client().key());
    }

    private static @Nullable Object[] folded(@Nullable Object[] ids) {
        @Nullable Object[] folded = ids.clone();
        for (int i = 0; i < folded.length; i++) {
            if (folded[i] instanceof CharSequence text) {
                folded[i] = Folding.fold(text.toString());
            }
        }
        return folded;
    }

    private static String folded(Policy policy, String text) {
        return policy.callers().foldIds() ? Folding.fold(text) : text;
    }

    /** What a source says of the caller; null where only the client's address is known. */
    private @Nullable String value(Policy policy, KeySource source, Caller caller) {
        return switch (source.kind()) {
            case CLIENT -> null;
            case GLOBAL -> "";
            case HEADER -> caller.header(source.name()).map(digest::of).orElse(null);
            case PATH -> caller.path(source.name()).map(p -> folded(policy, p)).orElse(null);
            case PRINCIPAL, BEAN -> ofApplication(policy, source, caller);
        };
    }

    /** A resolver, and a user as a security filter of the application knows it. */
    private @Nullable String ofApplication(Policy policy, KeySource source, Caller caller) {
        boolean bean = source.kind() == KeySource.Kind.BEAN;
        KeyResolver resolver = bean ? resolver(source.name()) : null;
        ClientIdentity client = caller.client();
        Throwable thrown = null;
        try {
            Optional<String> value =
                    resolver == null ? caller.principal() : resolver.resolve(client);
            if (value != null) { // as the application answers
                return value.filter(text -> !bean || !text.isEmpty())
                        .map(
                                text ->
                                        resolver != null && resolver.isSecret()
                                                ? digest.of(text)
                                                : text)
                        .orElse(null);
            }
        } catch (Exception | Error e) { // whatever code of the application throws
            thrown = e;
        }
        failures.failed(policy, bean ? "bean:" + source.name() : "principal", thrown);
        return null;
    }

    private KeyResolver resolver(String name) {
        KeyResolver resolver = resolvers.get(name);
        if (resolver == null) {
            throw new IllegalStateException("no KeyResolver is called \"" + name + "\"");
        }
        return resolver;
    }
}
