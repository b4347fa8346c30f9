package io.weir;

/** What the caller of a limited method sees when the call is refused. */
public enum OnRefusal {
    /** {@link RateLimitExceededException}; the HTTP edges answer it with 429. */
    THROW,

    /**
     * The method is not called: {@code void} returns, {@code boolean} is {@code false}, {@link
     * java.util.Optional} is empty. Any other return type stops the deployment.
     */
    SKIP
}
