package io.weir.internal.count;

import java.time.Duration;
import java.util.List;

/**
 * What a shared store tells when it is asked whether it serves.
 *
 * @param nodes how many nodes it has heard of lately, this one among them; at least 1
 * @param countsLost whether it has forgotten what it knew at an earlier heartbeat, as after a
 *     restart without persistence, a flush, or a fail-over to a replica that was behind
 * @param skew how far this node's wall clock is ahead of the store's; negative: behind
 * @param ahead how far it is ahead at most
 * @param marks resets by other nodes that this one has not read yet
 * @param leases whether all nodes know of leases
 */
public record Heartbeat(
        int nodes,
        boolean countsLost,
        Duration skew,
        Duration ahead,
        List<SharedCounts.Mark> marks,
        boolean leases) {

    /**
     * Without resets.
     *
     * @param nodes how many nodes
     * @param countsLost whether it has forgotten anything
     * @param skew how far this node's wall clock is ahead
     */
    public Heartbeat(int nodes, boolean countsLost, Duration skew) {
        this(nodes, countsLost, skew, List.of());
    }

    /**
     * By clocks that were read at one moment.
     *
     * @param nodes how many nodes
     * @param countsLost whether it has forgotten anything
     * @param skew how far this node's wall clock is ahead
     * @param marks resets
     */
    public Heartbeat(int nodes, boolean countsLost, Duration skew, List<SharedCounts.Mark> marks) {
        this(nodes, countsLost, skew, skew, marks, true);
    }
}
