package io.weir.internal.count;

import org.jspecify.annotations.Nullable;

/** The store could not decide. Never means that a limit was reached. Without a stack trace. */
public class StoreUnavailableException extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean mayHaveCounted;

    /**
     * Says why; the call may have been counted.
     *
     * @param message what happened, for an operator
     * @param cause the failure underneath, or null
     */
    public StoreUnavailableException(String message, @Nullable Throwable cause) {
        this(message, cause, true);
    }

    /**
     * Says why.
     *
     * @param message what happened, for an operator
     * @param cause the failure underneath, or null
     * @param mayHaveCounted false if the call certainly was not counted: it has not left this node,
     *     or was answered with an error
     */
    public StoreUnavailableException(
            String message, @Nullable Throwable cause, boolean mayHaveCounted) {
        super(message, cause, false, false);
        this.mayHaveCounted = mayHaveCounted;
    }

    /**
     * Whether the store may have counted the call all the same, or may do so later.
     *
     * @return false if it certainly has not, and never will
     */
    public final boolean mayHaveCounted() {
        return mayHaveCounted;
    }
}
