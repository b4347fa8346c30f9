package io.weir.internal.observe;

import io.weir.DecidedBy;
import io.weir.Decision;
import io.weir.DecisionListener;
import io.weir.Edge;
import io.weir.Policy;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Tells all listeners of an application; one that throws is logged once and changes nothing. None
 * itself: a servlet container without CDI would take it for one of the application.
 */
final class Listeners {

    private static final System.Logger LOG = System.getLogger("io.weir");

    private final DecisionListener[] listeners; // to go through a list would make an object
    private final AtomicBoolean complained = new AtomicBoolean();

    Listeners(List<DecisionListener> listeners) {
        this.listeners = listeners.toArray(DecisionListener[]::new);
    }

    void decided(Policy policy, Edge edge, DecidedBy decidedBy, Decision decision, long nanos) {
        for (DecisionListener listener : listeners) {
            try {
                listener.decided(policy, edge, decidedBy, decision, nanos);
            } catch (Exception | Error e) { // whatever code of the application throws
                if (complained.compareAndSet(false, true)) {
                    LOG.log(
                            System.Logger.Level.WARNING,
                            "A DecisionListener threw; this is logged once, decisions stand",
                            e);
                }
            }
        }
    }
}
