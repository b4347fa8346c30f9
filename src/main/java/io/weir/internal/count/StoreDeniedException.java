package io.weir.internal.count;

/**
 * The store has answered that it does not take this node's writes, for want of memory, of a master
 * or of a right: it may go on answering what needs none.
 */
public final class StoreDeniedException extends StoreUnavailableException {

    private static final long serialVersionUID = 1L;

    /**
     * Says why.
     *
     * @param message what the store has answered, for an operator
     */
    public StoreDeniedException(String message) {
        super(message, null, false);
    }
}
