package io.weir.store;

import org.jspecify.annotations.Nullable;

/** The store could not decide. Never means that a limit was reached. Without a stack trace. */
public class StoreUnavailableException extends Exception {

    private static final long serialVersionUID = 1L;

    /**
     * Says why.
     *
     * @param message what happened, for an operator
     * @param cause the failure underneath, or null
     */
    public StoreUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause, false, false);
    }
}
