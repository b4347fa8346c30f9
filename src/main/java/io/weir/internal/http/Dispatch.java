package io.weir.internal.http;

/** On which way a request came to where it is (Servlet 6.0, section 9). */
public enum Dispatch {
    /** From the client. */
    REQUEST,
    /** From another resource, which leaves the answer to it. */
    FORWARD,
    /** From another resource, whose answer it is a part of. */
    INCLUDE,
    /** From a failure. */
    ERROR,
    /** From an asynchronous operation. */
    ASYNC
}
