package io.weir;

/** What decides while the shared store cannot. */
public enum OnOutage {
    /** Each node enforces the full limit by itself. The default. */
    LOCAL,

    /** Each node enforces the limit divided by the number of live nodes, at least one permit. */
    LOCAL_SHARE,

    /** Everything is admitted. */
    FAIL_OPEN,

    /**
     * Everything is refused: {@link Decision.Unavailable}, which the HTTP edges answer with 503.
     */
    FAIL_CLOSED
}
