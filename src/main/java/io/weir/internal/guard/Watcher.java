package io.weir.internal.guard;

import io.weir.DecidedBy;
import io.weir.Decision;
import io.weir.Edge;
import io.weir.Key;
import io.weir.Policy;

/** Sees every decision and cannot change it. Must not throw; thread-safe. */
@FunctionalInterface
public interface Watcher {

    /**
     * A decision was made.
     *
     * @param policy the policy, with its mode and the limits of the caller's plan: what an observed
     *     policy refuses is told as refused
     * @param key whose permits; not to leave this JVM in a form that tells the client
     * @param edge where it was asked for
     * @param decidedBy which store decided
     * @param decision the decision
     * @param nanos how long it took, in nanoseconds; 0 if that was not to be measured
     */
    void decided(
            Policy policy, Key key, Edge edge, DecidedBy decidedBy, Decision decision, long nanos);

    /**
     * A candidate was asked beside a decision.
     *
     * @param policy the policy
     * @param candidate what was asked
     * @param key whose permits, as above
     * @param cost how many
     * @param refuses whether it would have refused them
     */
    default void asked(
            Policy policy, Terms.Candidate candidate, Key key, long cost, boolean refuses) {}

    /**
     * Whether it wants to know how long decisions take. The two looks at the clock cost as much as
     * all the rest of a decision in memory.
     *
     * @return true to be told; asked at each decision
     */
    default boolean times() {
        return true;
    }
}
