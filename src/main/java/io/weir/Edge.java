package io.weir;

/** Where a decision was asked for. */
public enum Edge {
    /** The servlet filter. */
    FILTER,

    /** The JAX-RS request filter. */
    JAXRS,

    /** An intercepted method. */
    METHOD,

    /** The application, through {@link RateLimiter}. */
    PROGRAM
}
