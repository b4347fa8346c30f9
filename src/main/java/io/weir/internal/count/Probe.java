package io.weir.internal.count;

/** Finds out whether the primary store could decide now. */
@FunctionalInterface
public interface Probe {

    /**
     * Connects if need be, and tries a write.
     *
     * @return what the store tells with it
     * @throws StoreUnavailableException if the store could not decide
     */
    Heartbeat run() throws StoreUnavailableException;
}
