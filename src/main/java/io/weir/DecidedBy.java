package io.weir;

/** Which store made a decision. */
public enum DecidedBy {
    /** Redis, for all nodes together. */
    REDIS,

    /** The memory of this JVM. */
    LOCAL,

    /** No store: a policy's {@link OnOutage#FAIL_OPEN} or {@link OnOutage#FAIL_CLOSED}. */
    OUTAGE_RULE
}
