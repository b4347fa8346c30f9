package io.weir.internal.answer;

/**
 * How answers look.
 *
 * @param fields when the rate limit fields are sent
 * @param form which fields they are
 */
public record AnswerSettings(When fields, Form form) {

    /** When the rate limit fields are sent. */
    public enum When {
        /** With refusals. */
        REFUSED,
        /** With every answer to a limited request. */
        ALWAYS,
        /** Never. */
        NONE
    }

    /** Which revision of the fields is sent: their names are in one place. */
    public enum Form {
        /**
         * {@code RateLimit-Policy} and {@code RateLimit} of
         * draft-ietf-httpapi-ratelimit-headers-11.
         */
        DRAFT_11,
        /** {@code X-RateLimit-Limit}, {@code -Remaining} and {@code -Reset}. */
        LEGACY
    }
}
