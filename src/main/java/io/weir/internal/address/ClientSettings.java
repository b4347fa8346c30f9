package io.weir.internal.address;

import java.util.List;

/**
 * How the client's address is found. Immutable.
 *
 * @param trustedProxies the peers whose header is believed; empty: nobody
 * @param warnUntrusted whether a header from an untrusted peer is worth a warning; {@code
 *     trusted-proxies=none} says no
 * @param trustedHops instead of {@code trustedProxies}: how many hops, the peer included, are
 *     proxies whatever their address; 0: not used
 * @param addressHeader the one field that is read
 * @param ipv6Prefix how many bits of an IPv6 address are the client's key, 32 to 128
 */
public record ClientSettings(
        List<Cidr> trustedProxies,
        boolean warnUntrusted,
        int trustedHops,
        String addressHeader,
        int ipv6Prefix) {

    /**
     * Copies the list.
     *
     * @throws IllegalArgumentException if a number is out of bounds, the field has no name, or both
     *     {@code trustedProxies} and {@code trustedHops} are set
     */
    public ClientSettings {
        trustedProxies = List.copyOf(trustedProxies);
        if (trustedHops < 0) {
            throw new IllegalArgumentException("trusted hops are not negative");
        }
        if (trustedHops > 0 && !trustedProxies.isEmpty()) {
            throw new IllegalArgumentException("either trusted proxies or trusted hops, not both");
        }
        if (addressHeader.isBlank()) {
            throw new IllegalArgumentException("the field that is read needs a name");
        }
        if (ipv6Prefix < 32 || ipv6Prefix > 128) {
            throw new IllegalArgumentException("an IPv6 client has 32 to 128 bits");
        }
    }
}
