package io.weir.internal.http;

import io.weir.internal.answer.Answer;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What an edge tells of the request it is translating, and lets be written to its response. */
public interface RequestView extends User {

    /**
     * The request's method.
     *
     * @return as the client sent it
     */
    String method();

    /**
     * The path within the application, as the container routes it: decoded, normalised, without
     * path parameters. Where the container serves a welcome file for a directory, also the path of
     * the directory, which is what the client asked for.
     *
     * @return one or two paths, each beginning with {@code /}
     */
    List<String> paths();

    /**
     * The path as the client has written it, where that can be read in several ways: JAX-RS goes by
     * it, and does not resolve dots, as containers do.
     *
     * @return its segments, decoded, without parameters; null where the container's own path is all
     */
    default @Nullable List<String> written() {
        return null;
    }

    /**
     * On which way the request came to where it is.
     *
     * @return the container's word
     */
    Dispatch dispatch();

    /**
     * The servlet that will serve the request.
     *
     * @return its name in the application; empty if there is none
     */
    Optional<String> servlet();

    /**
     * The address the connection came from, as the container says it.
     *
     * @return its text, or null
     */
    @Nullable String peer();

    /**
     * All lines of a header field.
     *
     * @param name the field's name
     * @return in order; empty when absent
     */
    List<String> header(String name);

    /**
     * The names of the header fields there are.
     *
     * @return in any order and case
     */
    Collection<String> headerNames();

    /**
     * Whether the response is committed.
     *
     * @return false where that is not known
     */
    default boolean hasBegun() {
        return false;
    }

    /**
     * The rate limit fields of the response, instead of those before; does nothing once the
     * response is committed.
     *
     * @param fields the fields; empty: none
     */
    void fields(List<Answer.Field> fields);
}
