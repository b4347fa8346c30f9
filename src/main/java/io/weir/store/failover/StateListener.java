package io.weir.store.failover;

/** Is told of each change of the store that decides, once for each change. */
public interface StateListener {

    /** The primary store decides from now on. */
    void connected();

    /**
     * The stand-in decides from now on.
     *
     * @param reason what went wrong, for an operator
     */
    void lost(String reason);
}
