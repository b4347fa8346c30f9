package io.weir.http;

import java.util.List;

/**
 * How the client's address is found.
 *
 * @param trustedProxies the peers whose header is believed; empty: nobody
 * @param warnUntrusted whether a header from an untrusted peer is worth a warning; {@code
 *     trusted-proxies=none} says no
 * @param trustedHops instead of {@code trustedProxies}: how many hops, the peer included, are
 *     proxies whatever their address; 0: not used
 * @param addressHeader the one field that is read
 * @param ipv6Prefix how many bits of an IPv6 address are the client's key, 32 to 128
 */
public record ClientRules(
        List<Cidr> trustedProxies,
        boolean warnUntrusted,
        int trustedHops,
        String addressHeader,
        int ipv6Prefix) {}
