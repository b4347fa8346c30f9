package io.weir.internal.app;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.weir.internal.count.Breaker;
import java.time.Duration;

/**
 * Writes each change of the deciding store to the log, once.
 *
 * @param address of Redis, {@code HOST:PORT}
 */
record OutageLog(String address) implements Breaker.Listener {

    private static final System.Logger LOG = System.getLogger("io.weir");

    @Override
    public void connected() {
        LOG.log(INFO, "Redis connected successfully at {0}", address);
    }

    @Override
    public void lost(String reason) {
        LOG.log(WARNING, "Could not connect to Redis. Falling back to in-memory cache");
        LOG.log(INFO, "Redis at {0}: {1}", address, reason);
    }

    @Override
    public void stillLost(String reason) {
        LOG.log(WARNING, "Redis at {0} is still of no use: {1}", address, reason);
    }

    @Override
    public void countsLost() {
        LOG.log(
                WARNING,
                "Redis at {0} has lost its counts (restarted without persistence, flushed, or failed"
                        + " over to a replica that was behind). What this node has admitted itself"
                        + " still counts",
                address);
    }

    @Override
    public void skewed(Duration skew) {
        LOG.log(
                WARNING,
                "The clock of this node is {0} ms {1} the clock of Redis at {2}. Sliding windows that"
                        + " RRateLimiter counts are only as exact as the clocks of all nodes agree:"
                        + " synchronize them (NTP), or set weir.redis.engine=script, which uses the"
                        + " clock of Redis alone",
                Long.toString(skew.abs().toMillis()),
                skew.isNegative() ? "behind" : "ahead of",
                address);
    }
}
