package io.weir.internal.answer;

import java.util.List;

/**
 * What a refused client gets, ready to be written.
 *
 * @param status 429, 503 or 403
 * @param headers every field but {@code Content-Type} and the rate limit fields
 * @param contentType of the body
 * @param body the body as text, to be written as UTF-8; for HEAD, too: the container leaves it out
 */
public record Answer(int status, List<Field> headers, String contentType, String body) {

    /**
     * A response header field.
     *
     * @param name its name
     * @param value its value, one line
     */
    public record Field(String name, String value) {}
}
