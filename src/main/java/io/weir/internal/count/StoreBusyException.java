package io.weir.internal.count;

/**
 * This node has as many calls on their way to the store as it allows itself: says nothing about the
 * store.
 */
public final class StoreBusyException extends StoreUnavailableException {

    private static final long serialVersionUID = 1L;

    /**
     * Says how many.
     *
     * @param message what happened, for an operator
     */
    public StoreBusyException(String message) {
        super(message, null, false);
    }
}
