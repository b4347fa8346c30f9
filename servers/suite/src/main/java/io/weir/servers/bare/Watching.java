package io.weir.servers.bare;

import io.weir.DecidedBy;
import io.weir.Decision;
import io.weir.DecisionListener;
import io.weir.Edge;
import io.weir.Policy;

/** A listener, which only CDI could find. */
public class Watching implements DecisionListener {

    @Override
    public void decided(
            Policy policy, Edge edge, DecidedBy decidedBy, Decision decision, long nanos) {}
}
