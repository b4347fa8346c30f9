package io.weir.internal.address;

import org.jspecify.annotations.Nullable;

/**
 * The kinds of findings. A finding is a sentence, and its opening words tell its kind; in the rest
 * {@code %s} stands for what was seen.
 */
enum Finding {
    /** The container reports no IP literal as the peer. */
    UNKNOWN_PEER(
            "The server reports no IP address for the peer",
            ", so this client shares one count with all others of whom nothing is known: connect"
                    + " the proxy by TCP, and let no other component replace the remote address.",
            false),
    /** The field comes from an untrusted address that only a machine of one's own network has. */
    UNTRUSTED_NEIGHBOUR("An untrusted private address sends ", Untrusted.REST, false),
    /** The field comes from any other untrusted address; it may well be a client. */
    UNTRUSTED_STRANGER("An untrusted public address sends ", Untrusted.REST, false),
    /** The untrusted peer also stands in the field. */
    REWRITTEN(
            "The server seems to have taken the peer's address from a field itself",
            ": %s is its peer and stands in %s too, so either switch the server's own handling off"
                    + " (on WildFly proxy-address-forwarding, by which a client can choose its"
                    + " address) and name your proxy in weir.client.trusted-proxies, or, if the"
                    + " server's handling is safe, set weir.client.trusted-proxies=none.",
            false),
    /** {@code X-Forwarded-For} and {@code Forwarded} are both there. */
    BOTH_FIELDS(
            "Two fields speak of the client",
            ": %s sends %s and %s, of which only weir.client.address-header=%s is read, so make"
                    + " sure that it is the one your proxy writes, and let the proxy remove the"
                    + " other.",
            false),
    /** Of the two, only the one that is not read is there. */
    OTHER_FIELD(
            "Only a field that is not read speaks of the client",
            ": %s sends %s and no %s, so if your proxy itself writes it, set"
                    + " weir.client.address-header=%s.",
            false),
    /** A trusted hop sends no field. */
    NO_FIELD(
            "A trusted proxy does not say who the client is",
            ": %s sends no %s, so all its clients are counted as one; let it send the field, or"
                    + " name the field that it sends in weir.client.address-header (requests of"
                    + " its own, such as health checks, need none).",
            true),
    /** An element that a trusted hop wrote is no address. */
    NO_ADDRESS(
            "A trusted proxy names the client by what is no IP address",
            ": %s as %s sent it %s, so %s itself is counted; see what that proxy is set to write,"
                    + " or whether weir.client.address-header names the right field.",
            false),
    /** No element is untrusted. */
    ALL_TRUSTED(
            "Every hop is trusted",
            ": %s ends at %s. If that is a client, it could have forged the rest, so name the"
                    + " proxies alone, as in weir.client.trusted-proxies=%s; if it is a proxy, the"
                    + " next one does not pass on what it writes, so let that one append to the"
                    + " field instead of writing it anew.",
            true),
    /** There are fewer elements than trusted hops. */
    TOO_FEW_HOPS(
            "The chain is shorter than weir.client.trusted-hops says",
            ": %s from %s has %s where %s are needed, so see whether requests can get around a"
                    + " proxy, or set weir.client.trusted-hops=%s.",
            false);

    private static final class Untrusted {
        static final String REST =
                "%s, which is ignored, and all who come through %s are counted as one client: if"
                        + " that is your proxy, %s; if you have no proxy, or the server itself"
                        + " finds the client, weir.client.trusted-proxies=none silences this.";
    }

    private final String opening;
    private final String[] rest;
    private final boolean normalNowAndThen;

    Finding(String opening, String rest, boolean normalNowAndThen) {
        this.opening = opening;
        this.rest = rest.split("%s", -1);
        this.normalNowAndThen = normalNowAndThen;
    }

    String opening() {
        return opening;
    }

    /** The sentence of this kind with what was seen; made for each such request. */
    String say(Object... seen) {
        StringBuilder sentence = new StringBuilder(opening).append(rest[0]);
        for (int i = 0; i < seen.length; i++) {
            sentence.append(seen[i]).append(rest[i + 1]);
        }
        return sentence.toString();
    }

    /**
     * Whether a sound set-up has it too, for single requests: a proxy's own health check names no
     * client, and a client may stand among the proxies.
     */
    boolean normalNowAndThen() {
        return normalNowAndThen;
    }

    /** The kind of a sentence that one of the kinds said. */
    static @Nullable Finding of(String sentence) {
        for (Finding kind : values()) {
            if (sentence.startsWith(kind.opening)) {
                return kind;
            }
        }
        return null;
    }
}
