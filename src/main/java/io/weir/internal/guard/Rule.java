package io.weir.internal.guard;

import io.weir.KeySource;
import io.weir.Policy;
import java.util.List;
import java.util.OptionalInt;

/**
 * A policy in force at a place.
 *
 * @param live the policy as it is at any time
 * @param idParameters which parameters of the method are resource ids, by index; empty for places
 *     without parameters
 * @param costParameter which parameter of the method says how often its cost is taken, by index
 * @param answers whether the method's result becomes the answer of the request, whose status then
 *     tells whether it failed
 * @param apart whether it is a resource method that its container calls on another thread, where
 *     nobody knows what the JAX-RS edge has charged
 */
public record Rule(
        LivePolicy live,
        List<Integer> idParameters,
        OptionalInt costParameter,
        boolean answers,
        boolean apart) {

    /**
     * A rule at a place without parameters.
     *
     * @param live the policy
     * @return the rule
     */
    public static Rule of(LivePolicy live) {
        return new Rule(live, List.of(), OptionalInt.empty(), false, false);
    }

    /**
     * The policy as it is now.
     *
     * @return to be asked once for each decision
     */
    public Policy policy() {
        return live.get();
    }

    /**
     * Whether only who knows the arguments of the method can decide.
     *
     * @return false for a rule that an edge may decide before anything is parsed
     */
    public boolean needsArguments() {
        return !idParameters.isEmpty() || costParameter.isPresent();
    }

    /**
     * Whether only who stands behind what authenticates can decide: a bean of the application may
     * ask for the user, too.
     *
     * @return false for a rule that an edge may decide by the request alone
     */
    public boolean needsUser() {
        return !policy().price().bean().isEmpty()
                || live.terms().sources().stream()
                        .anyMatch(source -> source.kind() != Terms.Source.Kind.NETWORK)
                || policy().key().stream()
                        .map(KeySource::kind)
                        .anyMatch(k -> k == KeySource.Kind.PRINCIPAL || k == KeySource.Kind.BEAN);
    }
}
