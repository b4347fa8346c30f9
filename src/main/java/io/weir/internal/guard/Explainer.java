package io.weir.internal.guard;

import io.weir.DecidedBy;
import io.weir.Decision;
import io.weir.Key;
import io.weir.KeySource;
import io.weir.Mode;
import io.weir.Policy;
import io.weir.internal.count.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says what a policy would decide for a caller. Takes nothing, tells nobody, and never calls code
 * of the application: where that would have to be asked, nothing is decided. Thread-safe.
 *
 * @param store looks
 * @param keys makes keys; its resolvers are not asked
 */
public record Explainer(Preview store, Keys keys) {

    /** What a store would answer; thread-safe. */
    @FunctionalInterface
    public interface Preview {

        /**
         * Looks.
         *
         * @param policy the policy
         * @param key whose permits
         * @param cost how many, at least 1
         * @return as the answer would be
         */
        Outcome of(Policy policy, Key key, long cost);
    }

    /**
     * One policy for one caller.
     *
     * @param policy the policy, with the limits of the caller's plan
     * @param plan the caller's plan; empty: none
     * @param key empty where only the application knows all of it
     * @param known the key, or its parts that are known
     * @param cost permits; 0 where only the application knows
     * @param decision what is decided, or would be if it did not only observe; empty where only the
     *     application knows
     * @param store who decides; empty where nothing is counted
     * @param why why nothing is counted; empty if it is
     * @param asks what only the application knows
     * @param candidate what the policy's candidate would decide, in words; empty: there is none, or
     *     only the application knows
     */
    public record Explained(
            Policy policy,
            String plan,
            Optional<Key> key,
            String known,
            long cost,
            Optional<Decision> decision,
            Optional<DecidedBy> store,
            String why,
            List<String> asks,
            String candidate) {

        /**
         * Whether the request goes on.
         *
         * @return false also where only the application knows, unless the policy only observes
         */
        public boolean passes() {
            return policy.mode() == Mode.OBSERVE
                    || decision.filter(Decision.Admitted.class::isInstance).isPresent();
        }
    }

    /**
     * Explains a policy.
     *
     * @param live the policy
     * @param caller who asks
     * @param ids the resource ids
     * @param arguments what only the arguments of a method say, in words; empty: nothing
     * @return what it would decide
     */
    public Explained explain(
            LivePolicy live, Caller caller, List<String> ids, List<String> arguments) {
        Terms terms = live.terms();
        List<String> asks = new ArrayList<>();
        Terms.@Nullable Plan plan = plan(live.get(), terms, caller, asks);
        Policy policy = plan == null ? live.get() : plan.policy();
        String named = plan == null ? "" : plan.name();
        Decision admitted = new Decision.Admitted(List.of());
        if (policy.mode() == Mode.OFF && asks.isEmpty()) {
            return uncounted(policy, named, Optional.empty(), admitted, "mode off");
        }
        boolean denied = Terms.holds(terms.denied(), caller.client());
        if (denied && (asks.isEmpty() || isOneMode(policy, terms))) {
            Key key = Key.of(KeySource.Kind.CLIENT, caller.client().key());
            String why = "a network that is denied";
            return uncounted(policy, named, Optional.of(key), new Decision.Denied(), why);
        }
        if (!denied && Terms.holds(terms.exempt(), caller.client())) {
            String exempt = "a network that is exempt";
            return uncounted(policy, named, Optional.empty(), admitted, exempt);
        }
        int before = asks.size();
        List<String> parts = parts(policy, caller, ids, asks);
        boolean byApplication = asks.size() > before;
        asks.addAll(arguments);
        Optional<Key> key =
                !byApplication && arguments.isEmpty()
                        ? Optional.of(keys.of(policy, caller, ids.toArray()))
                        : Optional.empty();
        String known = key.map(Key::text).orElse(String.join(" + ", parts));
        boolean priced = policy.price().bean().isEmpty();
        if (!priced) {
            asks.add("the cost of bean:" + policy.price().bean());
        }
        long cost = priced ? policy.price().permits() : 0;
        Optional<Outcome> outcome =
                asks.isEmpty() ? key.map(k -> store.of(policy, k, cost)) : Optional.empty();
        return new Explained(
                policy,
                named,
                key,
                known,
                cost,
                outcome.map(Outcome::decision),
                outcome.map(Outcome::decidedBy),
                "",
                List.copyOf(asks),
                outcome.isEmpty()
                        ? ""
                        : candidate(terms.candidate(), policy, key.orElseThrow(), cost));
    }

    private String candidate(
            Terms.@Nullable Candidate candidate, Policy policy, Key key, long cost) {
        if (candidate == null || !candidate.isBeside(policy)) {
            return "";
        }
        Decision decision = store.of(candidate.policy(), key, cost).decision();
        boolean admits = decision instanceof Decision.Admitted;
        return candidate.text() + (admits ? " would admit it" : " would refuse it");
    }

    /** Whether no plan only observes, or does nothing, where the policy refuses. */
    private static boolean isOneMode(Policy policy, Terms terms) {
        return terms.plans().stream().allMatch(plan -> plan.policy().mode() == policy.mode());
    }

    private static Explained uncounted(
            Policy policy, String plan, Optional<Key> key, Decision decision, String why) {
        String known = key.map(Key::text).orElse("");
        return new Explained(
                policy,
                plan,
                key,
                known,
                0,
                Optional.of(decision),
                Optional.empty(),
                why,
                List.of(),
                "");
    }

    /** As {@link Plans} finds it, as far as it needs nobody but us. */
    private static Terms.@Nullable Plan plan(
            Policy policy, Terms terms, Caller caller, List<String> asks) {
        if (policy.mode() == Mode.OFF) {
            return null;
        }
        for (Terms.Source source : terms.sources()) {
            switch (source.kind()) {
                case NETWORK -> {
                    for (Terms.Plan plan : terms.plans()) {
                        if (Terms.holds(plan.networks(), caller.client())) {
                            return plan;
                        }
                    }
                }
                case BEAN -> asks.add("the plan of bean:" + source.name());
                case ROLE, CLAIM -> {
                    if (caller.user() != null) {
                        asks.add(
                                source.kind() == Terms.Source.Kind.ROLE
                                        ? "the plan by the user's roles"
                                        : "the plan by the claim " + source.name());
                    }
                }
            }
            if (!asks.isEmpty()) {
                return null;
            }
        }
        return null;
    }

    /** The parts of a key, as far as they are known. */
    private static List<String> parts(
            Policy policy, Caller caller, List<String> ids, List<String> asks) {
        List<String> parts = new ArrayList<>();
        for (KeySource source : policy.key()) {
            if (source.kind() == KeySource.Kind.BEAN) {
                asks.add("the key of bean:" + source.name());
            }
            parts.add(
                    switch (source.kind()) {
                        case CLIENT -> "client " + caller.client().key();
                        case PRINCIPAL ->
                                caller.principal()
                                        .map(name -> "principal " + name)
                                        .orElse("client " + caller.client().key());
                        case GLOBAL -> "global";
                        case HEADER -> "header:" + source.name();
                        case PATH -> "path:" + source.name();
                        case BEAN -> "bean:" + source.name();
                    });
        }
        ids.forEach(id -> parts.add("id " + id));
        return parts;
    }
}
