package io.weir.internal.redis;

/**
 * What lies at a key is not what should: another type, garbage, a part that was evicted. Redis
 * itself is well. Without a stack trace.
 */
final class BadKeyException extends Exception {

    private static final long serialVersionUID = 1L;

    BadKeyException(String message) {
        super(message, null, false, false);
    }
}
