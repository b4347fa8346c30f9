package io.weir.internal.address;

import org.jspecify.annotations.Nullable;

/** The kinds of findings. A finding is a sentence, and its opening words tell its kind. */
enum Finding {
    /** The container reports no IP literal as the peer. */
    UNKNOWN_PEER("The server reports no IP address for the peer", false),
    /** The field comes from an untrusted address that only a machine of one's own network has. */
    UNTRUSTED_NEIGHBOUR("An untrusted private address sends ", false),
    /** The field comes from any other untrusted address; it may well be a client. */
    UNTRUSTED_STRANGER("An untrusted public address sends ", false),
    /** The untrusted peer also stands in the field. */
    REWRITTEN("The server seems to have taken the peer's address from a field itself", false),
    /** {@code X-Forwarded-For} and {@code Forwarded} are both there. */
    BOTH_FIELDS("Two fields speak of the client", false),
    /** Of the two, only the one that is not read is there. */
    OTHER_FIELD("Only a field that is not read speaks of the client", false),
    /** A trusted hop sends no field. */
    NO_FIELD("A trusted proxy does not say who the client is", true),
    /** An element that a trusted hop wrote is no address. */
    NO_ADDRESS("A trusted proxy names the client by what is no IP address", false),
    /** No element is untrusted. */
    ALL_TRUSTED("Every hop is trusted", true),
    /** There are fewer elements than trusted hops. */
    TOO_FEW_HOPS("The chain is shorter than weir.client.trusted-hops says", false);

    private final String opening;
    private final boolean normalNowAndThen;

    Finding(String opening, boolean normalNowAndThen) {
        this.opening = opening;
        this.normalNowAndThen = normalNowAndThen;
    }

    /** The sentence that begins with this kind's words. */
    String say(String rest) {
        return opening + rest;
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
