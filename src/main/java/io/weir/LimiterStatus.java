package io.weir;

import java.time.Duration;
import java.util.Optional;

/**
 * Which store decides now, for how long it has, and what is known of the other nodes. Injectable;
 * thread-safe.
 */
public interface LimiterStatus {

    /**
     * The store that decides now.
     *
     * @return {@link DecidedBy#REDIS} or {@link DecidedBy#LOCAL}
     */
    DecidedBy store();

    /**
     * Whether Redis is configured and does not decide.
     *
     * @return true during an outage, and from the start until Redis is there
     */
    boolean degraded();

    /**
     * For how long that store has decided.
     *
     * @return not negative
     */
    Duration since();

    /**
     * The nodes that share the limits, as the last heartbeats in Redis have counted them.
     *
     * @return at least 1; {@code weir.outage.nodes} as long as Redis was never there
     */
    int nodes();

    /**
     * How far the wall clock of this node is ahead of Redis' clock, measured with each heartbeat.
     * Limits that are counted by {@code RRateLimiter} are only as exact as these clocks agree.
     *
     * @return negative if it is behind; empty as long as Redis was never there
     */
    Optional<Duration> clockSkew();
}
