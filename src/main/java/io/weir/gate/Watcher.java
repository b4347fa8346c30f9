package io.weir.gate;

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
     * @param policy the policy, with its mode: what an observed policy refuses is told as refused
     * @param key whose permits; not to leave this JVM in a form that tells the client
     * @param edge where it was asked for
     * @param decidedBy which store decided
     * @param decision the decision
     * @param nanos how long it took, in nanoseconds
     */
    void decided(
            Policy policy, Key key, Edge edge, DecidedBy decidedBy, Decision decision, long nanos);
}
