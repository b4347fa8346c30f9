package io.weir.internal.guard;

import io.weir.ClientIdentity;
import io.weir.internal.address.Cidr;
import java.util.List;

/**
 * What of a policy depends on who asks. Immutable.
 *
 * @param exempt the networks whose clients pass, and are not counted
 * @param denied the networks whose clients are refused whatever they have used, exempt ones too
 */
public record Terms(List<Cidr> exempt, List<Cidr> denied) {

    /** All are counted alike. */
    public static final Terms NONE = new Terms(List.of(), List.of());

    /** Copies the lists. */
    public Terms {
        exempt = List.copyOf(exempt);
        denied = List.copyOf(denied);
    }

    static boolean holds(List<Cidr> networks, ClientIdentity client) {
        for (Cidr network : networks) {
            if (network.contains(client.address())) {
                return true;
            }
        }
        return false;
    }
}
