package io.weir;

/**
 * Sees every decision and cannot change it. An application provides any number as CDI beans. Called
 * on the thread of the operation right after the decision: be quick. What it throws is logged once
 * and changes nothing. The key is never told.
 */
@FunctionalInterface
public interface DecisionListener {

    /**
     * A decision was made.
     *
     * @param policy the policy, with its mode and the limits of the caller's plan: what an observed
     *     policy refuses is told as refused
     * @param edge where it was asked for
     * @param decidedBy which store decided
     * @param decision the decision
     * @param nanos how long it took, in nanoseconds
     */
    void decided(Policy policy, Edge edge, DecidedBy decidedBy, Decision decision, long nanos);
}
