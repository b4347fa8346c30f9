package io.weir.internal.guard;

import io.weir.ClientIdentity;
import io.weir.Policy;
import io.weir.internal.address.Cidr;
import java.util.List;

/**
 * What of a policy depends on who asks. Immutable.
 *
 * @param exempt the networks whose clients pass, and are not counted
 * @param denied the networks whose clients are refused whatever they have used, exempt ones too
 * @param sources what tells the plan of a caller, in the order in which it is asked
 * @param plans all plans, in the order of their names in {@code weir.plans}; none if nothing tells
 *     them
 */
public record Terms(List<Cidr> exempt, List<Cidr> denied, List<Source> sources, List<Plan> plans) {

    /** All are counted alike. */
    public static final Terms NONE = new Terms(List.of(), List.of(), List.of(), List.of());

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
