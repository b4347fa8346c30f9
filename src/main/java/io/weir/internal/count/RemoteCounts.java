package io.weir.internal.count;

import java.util.List;
import java.util.Map;

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
     * Tells the other nodes what operators have set, and learns what they know. To be called as
     * {@link #probe} is.
     *
     * @param known what this node knows
     * @return what there is, which includes what was confirmed
     * @throws StoreUnavailableException if nobody answers within about a second
     */
    List<SharedOverride> exchange(List<SharedOverride> known) throws StoreUnavailableException;

    /**
     * Shows the other nodes what this one has counted lately. Never to be called by a request.
     *
     * @param mine a text without meaning here; empty: none
     * @return the texts of all nodes, by what they call themselves
     * @throws StoreUnavailableException if nobody answers within about a second
     */
    Map<String, String> tallies(String mine) throws StoreUnavailableException;

    /**
     * What this node calls itself.
     *
     * @return among the others
     */
    String node();

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
