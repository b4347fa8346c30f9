package io.weir.internal.guard;

import io.weir.ClientIdentity;
import io.weir.Engine;
import io.weir.Key;
import io.weir.Limit;
import io.weir.Policy;
import io.weir.internal.address.Cidr;
import io.weir.internal.count.Store;
import io.weir.internal.count.StoreUnavailableException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What of a policy depends on who asks. Immutable.
 *
 * @param exempt the networks whose clients pass, and are not counted
 * @param denied the networks whose clients are refused whatever they have used, exempt ones too
 * @param sources what tells the plan of a caller, in the order in which it is asked
 * @param plans all plans, in the order of their names in {@code weir.plans}; none if nothing tells
 *     them
 * @param candidate what is asked beside the policy's own limit, for who is under that
 */
public record Terms(
        List<Cidr> exempt,
        List<Cidr> denied,
        List<Source> sources,
        List<Plan> plans,
        @Nullable Candidate candidate) {

    /** All are counted alike. */
    public static final Terms NONE = new Terms(List.of(), List.of(), List.of(), List.of());

    /**
     * Without a candidate.
     *
     * @param exempt as above
     * @param denied as above
     * @param sources as above
     * @param plans as above
     */
    public Terms(List<Cidr> exempt, List<Cidr> denied, List<Source> sources, List<Plan> plans) {
        this(exempt, denied, sources, plans, null);
    }

    /** Copies the lists. */
    public Terms {
        exempt = List.copyOf(exempt);
        denied = List.copyOf(denied);
        sources = List.copyOf(sources);
        plans = List.copyOf(plans);
    }

    /**
     * What a policy is for the callers of one plan.
     *
     * @param name of the plan
     * @param networks whose clients have it
     * @param policy of the same name, for limits of the same kinds and windows
     */
    public record Plan(String name, List<Cidr> networks, Policy policy) {

        /** Copies the list. */
        public Plan {
            networks = List.copyOf(networks);
        }
    }

    /**
     * Other limits that are asked beside those of a policy, as if they were in force alone, and
     * refuse nobody.
     *
     * @param policy counts them, under a name of its own that nothing else can bear
     * @param beside the limits of the policy itself: whose plan has others is not asked about
     * @param texts each of its limits, as short as people write them
     */
    public record Candidate(Policy policy, List<Limit> beside, List<String> texts) {

        private static final String NAME = "\ncandidate"; // no name has such a character

        /** Copies the lists. */
        public Candidate {
            beside = List.copyOf(beside);
            texts = List.copyOf(texts);
        }

        /**
         * Of a policy.
         *
         * @param of the policy
         * @param limits the candidate's
         * @param texts each of them
         * @return counted as the policy is; by the script, which counts everything, and in an
         *     outage by what each node knows
         */
        public static Candidate of(Policy of, List<Limit> limits, List<String> texts) {
            Policy.Conduct usual = Policy.Conduct.USUAL;
            Policy.Conduct conduct =
                    new Policy.Conduct(
                            usual.mode(),
                            usual.onRefusal(),
                            usual.onOutage(),
                            Engine.SCRIPT,
                            of.conduct().countWhen(),
                            of.conduct().failures(),
                            usual.lease());
            Policy policy =
                    new Policy(
                            of.name() + NAME,
                            of.wireName(),
                            limits,
                            of.callers(),
                            of.price(),
                            conduct);
            return new Candidate(policy, of.limits(), texts);
        }

        /** Whether these are the limits beside which it stands. */
        boolean isBeside(Policy ofCaller) {
            return beside.equals(ofCaller.limits());
        }

        /** Its limits in one text. */
        public String text() {
            return String.join(", ", texts);
        }
    }

    /**
     * Forgets what was used of a policy, and of its candidate.
     *
     * @param store where
     * @param policy the policy
     * @param key whose permits
     * @throws StoreUnavailableException as {@link Store#reset} does
     */
    public void reset(Store store, Policy policy, Key key) throws StoreUnavailableException {
        try {
            store.reset(policy, key);
        } finally {
            if (candidate != null) {
                store.reset(candidate.policy(), key);
            }
        }
    }

    /**
     * What tells a caller's plan.
     *
     * @param kind which kind
     * @param name of the bean or the claim; else empty
     */
    public record Source(Kind kind, String name) {

        /** The kinds of sources. */
        public enum Kind {
            /** A {@link io.weir.PlanResolver} of the application. */
            BEAN,
            /** The first plan that is a role of the user. */
            ROLE,
            /** A claim of the user's token. */
            CLAIM,
            /** The first plan with a network that holds the client. */
            NETWORK;

            /** Whether there are several of them, with names. */
            public boolean named() {
                return this == BEAN || this == CLAIM;
            }
        }
    }

    static boolean holds(List<Cidr> networks, ClientIdentity client) {
        for (Cidr network : networks) {
            if (network.contains(client.address())) {
                return true;
            }
        }
        return false;
    }
}
