package io.weir.internal.address;

import io.weir.ClientIdentity;
import java.util.List;

/**
 * Who is asking, resolved once for each request. Immutable.
 *
 * @param peer the connection's address, canonical
 * @param address the client's address, canonical
 * @param key what is counted
 * @param findings what looks misconfigured, for an operator; they hold nothing of a header's text
 */
public record Client(String peer, String address, String key, List<String> findings)
        implements ClientIdentity {

    /** Outside any request. */
    public static final Client NONE =
            new Client(ClientIdentity.NONE, ClientIdentity.NONE, ClientIdentity.NONE, List.of());

    /** Copies the list. */
    public Client {
        findings = List.copyOf(findings);
    }
}
