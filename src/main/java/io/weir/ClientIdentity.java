package io.weir;

import java.util.List;

/**
 * Who is asking: the client of the current operation. Inject it anywhere; each call speaks of the
 * request that the calling thread is serving. Thread-safe.
 */
public interface ClientIdentity {

    /** The word for a client outside any request. */
    String NONE = "none";

    /** The word for a client whose address cannot be told. */
    String UNKNOWN = "unknown";

    /**
     * The address the connection came from, as the servlet container says it.
     *
     * @return canonical address text (RFC 5952 for IPv6), {@link #UNKNOWN} or {@link #NONE}
     */
    String peer();

    /**
     * The client's address: the peer, or what trusted proxies say.
     *
     * @return canonical address text (RFC 5952 for IPv6), {@link #UNKNOWN} or {@link #NONE}
     */
    String address();

    /**
     * What is counted: the address, an IPv6 address by its network ({@code 2001:db8::/64}).
     *
     * @return the text that keys of kind {@code client} hold
     */
    String key();

    /**
     * What looks misconfigured about proxies, for this very request.
     *
     * @return sentences for an operator, empty when nothing does; unmodifiable
     */
    List<String> findings();
}
