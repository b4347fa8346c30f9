package io.weir;

import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * An application's own answer to refused requests: a CDI bean of this type replaces Weir's. Called
 * on a thread of the request; it must be thread-safe and quick. If it throws, or answers null, Weir
 * answers instead, and the log says so once.
 *
 * <p>{@code Retry-After}, {@code Cache-Control: no-store} and the rate limit fields are Weir's in
 * any case.
 */
@FunctionalInterface
public interface RefusalResponse {

    /**
     * The answer to one refused request.
     *
     * @param refusal what was refused, and how
     * @return what the client gets
     */
    Content answer(Refusal refusal);

    /**
     * A refused request.
     *
     * @param policy the policy that refused
     * @param decision the refusal, never {@link Decision.Admitted}
     * @param status what Weir would answer: 429, 503 for {@link Decision.Unavailable}, or 403 for
     *     {@link Decision.Denied}
     * @param retryAfter what {@code Retry-After} says, in seconds; empty where no wait helps
     * @param detail what Weir would tell a person, in English
     * @param accept the request's {@code Accept} field, several lines joined by commas; empty if
     *     absent
     */
    record Refusal(
            Policy policy,
            Decision decision,
            int status,
            OptionalLong retryAfter,
            String detail,
            String accept) {}

    /**
     * What a refused client gets.
     *
     * @param status the HTTP status, 400 to 599
     * @param type the content type, such as {@code application/json}
     * @param text the body, to be written as UTF-8
     * @param fields further header fields, by name; those that are Weir's, and what tells type and
     *     length of the body, are left out
     */
    record Content(int status, String type, String text, Map<String, String> fields) {

        /** RFC 9110, sections 8.3.1 and 5.6.6: a parameter may be empty. */
        private static final Pattern MEDIA_TYPE =
                Pattern.compile(
                        "T/T([ \\t]*;([ \\t]*T=(T|\"([^\"\\\\]|\\\\.)*\"))?)*"
                                .replace("T", "[\\w!#$%&'*+.^`|~-]+"));

        /**
         * Checks the status, that there is a type and a text, and that no field goes on in another
         * line.
         *
         * @param status the HTTP status
         * @param type the content type
         * @param text the body
         * @param fields further header fields, by name
         * @throws IllegalArgumentException if the status is not that of an error, if the type is
         *     none, or if a type or a field has control characters
         */
        public Content {
            Objects.requireNonNull(type, "type");
            Objects.requireNonNull(text, "text");
            if (status < 400 || status > 599) {
                throw new IllegalArgumentException(
                        "status of a refusal is " + status + ", expected 400 to 599");
            }
            fields = Map.copyOf(fields);
            oneLine(type);
            if (!MEDIA_TYPE.matcher(type).matches()) {
                throw new IllegalArgumentException(
                        "type of a refusal is \"" + type + "\", expected one like text/plain");
            }
            fields.forEach(
                    (name, value) -> {
                        oneLine(name);
                        oneLine(value);
                    });
        }

        private static void oneLine(String text) {
            if (text.chars().anyMatch(c -> (c < 0x20 && c != '\t') || c == 0x7f)) {
                throw new IllegalArgumentException(
                        "a header field of a refusal has control characters, expected one line");
            }
        }

        /**
         * Without further header fields.
         *
         * @param status the HTTP status, 400 to 599
         * @param type the content type
         * @param text the body
         * @throws IllegalArgumentException if the status is not that of an error, or the type none
         */
        public Content(int status, String type, String text) {
            this(status, type, text, Map.of());
        }
    }
}
