package io.weir.internal.guard;

import io.weir.Mode;
import io.weir.PlanResolver;
import io.weir.Policy;
import io.weir.internal.guard.Terms.Plan;
import io.weir.internal.guard.Terms.Source;
import java.security.Principal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds the limits of a caller's plan. Thread-safe. The map may grow: some policies are found late.
 *
 * @param names the names of all plans
 * @param resolvers the application's plan resolvers, by name; thread-safe
 * @param claims what a user's token claims under a name
 * @param unknown is told of a plan that has none of these names: the policy's own limit holds
 * @param failures is told when a source fails: the next one is asked then
 */
public record Plans(
        List<String> names,
        Map<String, PlanResolver> resolvers,
        BiFunction<Principal, String, Optional<String>> claims,
        Unknown unknown,
        Keys.Failures failures) {

    /** Where there are none. */
    public static final Plans NONE =
            new Plans(
                    List.of(),
                    Map.of(),
                    (user, claim) -> Optional.empty(),
                    (policy, source, plan) -> {},
                    (policy, source, thrown) -> {});

    /** Is told of a plan that nobody has declared; thread-safe. */
    @FunctionalInterface
    public interface Unknown {

        /**
         * Takes one.
         *
         * @param policy whose plans were asked for
         * @param source what answered, such as {@code bean:plans}
         * @param plan the name that it answered
         */
        void met(Policy policy, String source, String plan);
    }

    /** Copies the names. */
    public Plans {
        names = List.copyOf(names);
    }

    /** The policy with the limits of the caller's plan; itself for who has none. */
    Policy of(Policy policy, Terms terms, Caller caller) {
        if (terms.sources().isEmpty() || policy.mode() == Mode.OFF) {
            return policy;
        }
        for (Source source : terms.sources()) {
            Policy found = find(policy, terms, source, caller);
            if (found != null) {
                return found;
            }
        }
        return policy;
    }

    private @Nullable Policy find(Policy policy, Terms terms, Source source, Caller caller) {
        return switch (source.kind()) {
            case NETWORK -> first(terms, plan -> Terms.holds(plan.networks(), caller.client()));
            case ROLE ->
                    first(
                            terms,
                            plan -> caller.user() != null && isIn(policy, plan.name(), caller));
            case BEAN, CLAIM -> named(policy, terms, source, caller);
        };
    }

    private static @Nullable Policy first(Terms terms, Predicate<Plan> has) {
        for (Plan plan : terms.plans()) {
            if (has.test(plan)) {
                return plan.policy();
            }
        }
        return null;
    }

    private boolean isIn(Policy policy, String role, Caller caller) {
        try {
            return caller.isIn(role);
        } catch (RuntimeException | LinkageError e) { // a security filter of the application
            failures.failed(policy, "role", e);
            return false;
        }
    }

    private @Nullable Policy named(Policy policy, Terms terms, Source source, Caller caller) {
        String asked = (source.kind() == Source.Kind.BEAN ? "bean:" : "claim:") + source.name();
        Optional<String> name = name(policy, source, asked, caller);
        if (name.isEmpty()) {
            return null;
        }
        Policy found = first(terms, plan -> plan.name().equals(name.get()));
        if (found == null) {
            unknown.met(policy, asked, name.get());
            return policy;
        }
        return found;
    }

    private Optional<String> name(Policy policy, Source source, String asked, Caller caller) {
        Throwable thrown = null;
        try {
            Optional<String> name =
                    source.kind() == Source.Kind.BEAN
                            ? resolver(source.name()).plan(caller.client())
                            : claim(source.name(), caller);
            if (name != null) { // as the application answers
                return name.filter(text -> !text.isBlank());
            }
        } catch (Exception | Error e) { // whatever code of the application throws
            thrown = e;
        }
        failures.failed(policy, asked, thrown);
        return Optional.empty();
    }

    private Optional<String> claim(String name, Caller caller) {
        Principal user = caller.user();
        return user == null ? Optional.empty() : claims.apply(user, name);
    }

    private PlanResolver resolver(String name) {
        PlanResolver resolver = resolvers.get(name);
        if (resolver == null) {
            throw new IllegalStateException("no PlanResolver is called \"" + name + "\"");
        }
        return resolver;
    }
}
