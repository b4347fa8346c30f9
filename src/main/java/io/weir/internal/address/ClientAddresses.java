package io.weir.internal.address;

import io.weir.ClientIdentity;
import io.weir.internal.count.Ticker;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds the client's address: the peer's, or the one that trusted proxies pass on in one header
 * field ({@code X-Forwarded-For}; {@code Forwarded}, RFC 7239; or any field that holds a single
 * address).
 *
 * <p>The field is walked from its right end, the end that the nearest proxy wrote, and no further
 * than the first address that is not trusted: what stands left of it may be forged. An element that
 * is no address ends the walk at the hop that sent it. At most {@value #MAX_ELEMENTS} elements are
 * looked at. Lines left of the answer are not read at all; of the line with the answer, nothing
 * left of it is read in {@code X-Forwarded-For}, while {@code Forwarded} is read once, as an error
 * or an open quote anywhere in the line makes all of it invalid.
 *
 * <p>No name is ever looked up. Thread-safe.
 */
public final class ClientAddresses {

    /** How many elements are looked at. */
    static final int MAX_ELEMENTS = 32;

    /** A longer line is not searched for the peer's address: that is advice, not the answer. */
    private static final int MAX_SEARCHED = 512;

    private static final String X_FORWARDED_FOR = "X-Forwarded-For";
    private static final String FORWARDED = "Forwarded";

    private static final List<Cidr> PRIVATE =
            List.of(
                    // RFC 6890, section 2.2.2 and 2.2.3, and RFC 6598
                    Cidr.parse("10.0.0.0/8"),
                    Cidr.parse("172.16.0.0/12"),
                    Cidr.parse("192.168.0.0/16"),
                    Cidr.parse("127.0.0.0/8"),
                    Cidr.parse("169.254.0.0/16"),
                    Cidr.parse("100.64.0.0/10"),
                    Cidr.parse("fc00::/7"),
                    Cidr.parse("fe80::/10"),
                    Cidr.parse("::1"));

    private static final Client UNKNOWN =
            new Client(
                    ClientIdentity.UNKNOWN,
                    ClientIdentity.UNKNOWN,
                    ClientIdentity.UNKNOWN,
                    List.of(Finding.UNKNOWN_PEER.say()));

    private final ClientSettings rules;
    private final Consumer<Client> found;
    private final Form form;

    private enum Form {
        LIST,
        RFC_7239,
        SINGLE
    }

    /**
     * Makes a resolver that also tells an operator what looks misconfigured.
     *
     * @param rules whom to believe and which field to read
     * @param ticker the clock
     * @param warn takes a finding, on the thread of the request
     */
    public ClientAddresses(ClientSettings rules, Ticker ticker, Consumer<String> warn) {
        this(rules, new ProxyWarnings(ticker, warn)::saw);
    }

    ClientAddresses(ClientSettings rules, Consumer<Client> found) {
        this.rules = rules;
        this.found = found;
        this.form =
                rules.addressHeader().equalsIgnoreCase(X_FORWARDED_FOR)
                        ? Form.LIST
                        : rules.addressHeader().equalsIgnoreCase(FORWARDED)
                                ? Form.RFC_7239
                                : Form.SINGLE;
    }

    /**
     * Finds the client of a request.
     *
     * @param peer what the container says is the remote address
     * @param headerLines gives all lines of a field, by its name in any case, in order, and none if
     *     the field is absent; asked for no more than what is needed, and not for fields that are
     *     neither the configured one nor one of {@code X-Forwarded-For} and {@code Forwarded}
     * @return the client; {@link ClientIdentity#UNKNOWN} if the peer is no IP address
     */
    public Client resolve(@Nullable String peer, Function<String, List<String>> headerLines) {
        Client client = find(peer, headerLines);
        found.accept(client);
        return client;
    }

    /** The same for any characters, so that a test can count how many are read. */
    Client find(
            @Nullable CharSequence peerText,
            Function<String, ? extends List<? extends CharSequence>> headerLines) {
        IpAddress peer = peerText == null ? null : AddressText.peer(peerText);
        if (peer == null) {
            return UNKNOWN;
        }
        List<String> findings = new ArrayList<>();
        IpAddress client = peer;
        if (rules.trustedHops() == 0 && !isTrusted(peer)) {
            if (rules.warnUntrusted()) {
                diagnoseUntrusted(peer, headerLines.apply(rules.addressHeader()), findings);
            }
        } else {
            List<? extends CharSequence> lines = headerLines.apply(rules.addressHeader());
            diagnoseOtherField(peer, lines.isEmpty(), headerLines, findings);
            if (!lines.isEmpty()) {
                client = walk(peer, lines, findings);
            }
        }
        String peerCanonical = peer.toString();
        String address = client.equals(peer) ? peerCanonical : client.toString();
        return new Client(peerCanonical, address, key(client, address), findings);
    }

    private IpAddress walk(
            IpAddress peer, List<? extends CharSequence> lines, List<String> findings) {
        Elements elements = elements(lines);
        if (form == Form.SINGLE) {
            return single(peer, elements, findings);
        }
        return rules.trustedHops() > 0
                ? walkHops(peer, elements, findings)
                : walkTrusted(peer, elements, findings);
    }

    private IpAddress single(IpAddress peer, Elements elements, List<String> findings) {
        elements.next();
        IpAddress address = elements.address();
        if (address == null || elements.next()) {
            findings.add(noAddress(peer));
            return peer;
        }
        return address;
    }

    private IpAddress walkHops(IpAddress peer, Elements elements, List<String> findings) {
        int clientAt = Math.min(rules.trustedHops(), MAX_ELEMENTS);
        IpAddress current = peer;
        for (int seen = 0; seen < clientAt; seen++) {
            if (!elements.next()) {
                findings.add(tooFewHops(peer, seen));
                return current;
            }
            IpAddress element = elements.address();
            if (element == null) {
                findings.add(noAddress(current));
                return current;
            }
            current = element;
        }
        return current;
    }

    private IpAddress walkTrusted(IpAddress peer, Elements elements, List<String> findings) {
        Set<IpAddress> proxies = new LinkedHashSet<>();
        IpAddress current = peer;
        for (int seen = 0; seen < MAX_ELEMENTS && elements.next(); seen++) {
            IpAddress element = elements.address();
            if (element == null) {
                findings.add(noAddress(current));
                return current;
            }
            if (!isTrusted(element)) {
                return element;
            }
            proxies.add(current);
            current = element;
        }
        // A client on a proxy's own machine has that proxy's address: nothing to be set better.
        if (!proxies.contains(current)) {
            findings.add(allTrusted(current, proxies));
        }
        return current;
    }

    private Elements elements(List<? extends CharSequence> lines) {
        return form == Form.RFC_7239 ? new ForwardedElements(lines) : new CommaElements(lines);
    }

    private boolean isTrusted(IpAddress address) {
        return isIn(rules.trustedProxies(), address);
    }

    private static boolean isIn(List<Cidr> ranges, IpAddress address) {
        for (Cidr range : ranges) {
            if (range.contains(address)) {
                return true;
            }
        }
        return false;
    }

    private String key(IpAddress client, String address) {
        return client.v4()
                ? address
                : client.network(rules.ipv6Prefix()) + "/" + rules.ipv6Prefix();
    }

    private void diagnoseUntrusted(
            IpAddress peer, List<? extends CharSequence> lines, List<String> findings) {
        if (lines.isEmpty()) {
            return;
        }
        if (namesPeer(peer, lines.get(0))) {
            findings.add(Finding.REWRITTEN.say(peer, rules.addressHeader()));
            return;
        }
        Finding kind =
                isIn(PRIVATE, peer) ? Finding.UNTRUSTED_NEIGHBOUR : Finding.UNTRUSTED_STRANGER;
        String remedy =
                rules.trustedProxies().isEmpty()
                        ? "set weir.client.trusted-proxies=" + peer
                        : "add " + peer + " to weir.client.trusted-proxies";
        findings.add(kind.say(rules.addressHeader(), peer, remedy));
    }

    /** Whether the peer is one of the elements, as after a server that replaces it. */
    private boolean namesPeer(IpAddress peer, CharSequence line) {
        if (line.length() > MAX_SEARCHED) {
            return false;
        }
        Elements elements = elements(List.of(line));
        for (int seen = 0; seen < MAX_ELEMENTS && elements.next(); seen++) {
            IpAddress element = elements.address();
            if (element == null) {
                return false;
            }
            if (element.equals(peer)) {
                return true;
            }
        }
        return false;
    }

    private void diagnoseOtherField(
            IpAddress peer,
            boolean absent,
            Function<String, ? extends List<? extends CharSequence>> headerLines,
            List<String> findings) {
        String read = rules.addressHeader();
        String other = form == Form.LIST ? FORWARDED : X_FORWARDED_FOR;
        boolean otherToo = form != Form.SINGLE && !headerLines.apply(other).isEmpty();
        if (otherToo && absent) {
            findings.add(Finding.OTHER_FIELD.say(peer, other, read, other));
        } else if (otherToo) {
            findings.add(Finding.BOTH_FIELDS.say(peer, read, other, read));
        } else if (absent) {
            findings.add(Finding.NO_FIELD.say(peer, read));
        }
    }

    private String noAddress(IpAddress hop) {
        String what = form == Form.SINGLE ? "is not exactly one" : "does not end in one";
        return Finding.NO_ADDRESS.say(rules.addressHeader(), hop, what, hop);
    }

    private String tooFewHops(IpAddress peer, int elements) {
        return Finding.TOO_FEW_HOPS.say(
                rules.addressHeader(),
                peer,
                elements + (elements == 1 ? " element" : " elements"),
                rules.trustedHops(),
                elements);
    }

    private String allTrusted(IpAddress last, Set<IpAddress> proxies) {
        String value = proxies.stream().map(IpAddress::toString).collect(Collectors.joining(","));
        return Finding.ALL_TRUSTED.say(rules.addressHeader(), last, value);
    }
}
