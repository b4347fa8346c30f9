package io.weir.store;

import java.time.Duration;

/**
 * What a shared store tells when it is asked whether it serves.
 *
 * @param nodes how many nodes it has heard of lately, this one among them; at least 1
 * @param countsLost whether it has forgotten what it knew at an earlier heartbeat, as after a
 *     restart without persistence, a flush, or a fail-over to a replica that was behind
 * @param skew how far this node's wall clock is ahead of the store's; negative: behind
 */
public record Heartbeat(int nodes, boolean countsLost, Duration skew) {}
