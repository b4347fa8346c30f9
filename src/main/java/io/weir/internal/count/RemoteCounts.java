package io.weir.internal.count;

/** Shared counts that an application connects to, asks whether they serve, and leaves. */
public interface RemoteCounts extends SharedCounts, AutoCloseable {

    /**
     * Connects if not connected; names no key yet. Never to be called by a request.
     *
     * @throws StoreUnavailableException if nobody answers within about a second
     */
    void connect() throws StoreUnavailableException;

    /**
     * Connects if not connected, makes the resets that could not be made before, and finds out
     * whether writes are taken from us. To be called from time to time by one thread, never by a
     * request.
     *
     * @return what is told with it
     * @throws StoreUnavailableException if not, within about two seconds
     */
    Heartbeat probe() throws StoreUnavailableException;

    /**
     * Whether all that was written since the last snapshot, if there was any, is forgotten by a
     * restart.
     *
     * @return true if it says so; false where nobody may ask, or nobody answers
     */
    boolean writesNoLog();

    /**
     * Where they are, for a log line.
     *
     * @return {@code HOST:PORT}, several joined by a comma, or the configuration file
     */
    String address();

    /** Takes leave of the other nodes, and closes the connections. */
    @Override
    void close();
}
