package io.weir.internal.count;

import org.jspecify.annotations.Nullable;

/** The store could not decide. Never means that a limit was reached. Without a stack trace. */
public class StoreUnavailableException extends Exception {

    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /** What is known of a call that was not answered. */
    public enum Kind {
        /** The store may have counted it, or may do so later. */
        MAY_HAVE_COUNTED,
        /** It was not counted: it has not left this node, or was answered with an error. */
        NOT_COUNTED,
        /**
         * It was not sent, because this node has as many calls on their way as it allows itself.
         * Says nothing about the store.
         */
        BUSY,
        /**
         * The store takes no writes of this node, for want of memory, of a master or of a right. It
         * may go on answering what needs none.
         */
        DENIED
    }

    /**
     * Says why.
     *
     * @param kind what is known of the call
     * @param message what happened, for an operator
     */
    public StoreUnavailableException(Kind kind, String message) {
        this(kind, message, null);
    }

    /**
     * Says why; the call may have been counted.
     *
     * @param message what happened, for an operator
     * @param cause the failure underneath, or null
     */
    public StoreUnavailableException(String message, @Nullable Throwable cause) {
        this(Kind.MAY_HAVE_COUNTED, message, cause);
    }

    private StoreUnavailableException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause, false, false);
        this.kind = kind;
    }

    /**
     * What is known of the call.
     *
     * @return the kind of failure
     */
    public final Kind kind() {
        return kind;
    }

    /**
     * Whether the store may have counted the call all the same, or may do so later.
     *
     * @return false if it certainly has not, and never will
     */
    public final boolean mayHaveCounted() {
        return kind == Kind.MAY_HAVE_COUNTED;
    }
}
