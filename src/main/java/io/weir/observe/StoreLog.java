package io.weir.observe;

import io.weir.store.failover.StateListener;

/** Writes each change of the deciding store to the log, once. */
public final class StoreLog implements StateListener {

    private static final System.Logger LOG = System.getLogger("io.weir");

    private final String address;

    /**
     * A log for one Redis.
     *
     * @param address its {@code HOST:PORT}
     */
    public StoreLog(String address) {
        this.address = address;
    }

    @Override
    public void connected() {
        LOG.log(System.Logger.Level.INFO, "Redis connected successfully at {0}", address);
    }

    @Override
    public void lost(String reason) {
        LOG.log(
                System.Logger.Level.WARNING,
                "Could not connect to Redis. Falling back to in-memory cache");
        LOG.log(System.Logger.Level.INFO, "Redis at {0}: {1}", address, reason);
    }
}
