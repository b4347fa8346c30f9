package io.weir.internal.operator;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Such a request: what would be decided if it came now. What is not said is empty.
 *
 * @param policy a policy that is asked by its name; empty: all that hold for the path and method
 * @param ids the resource ids, for a policy that is asked by its name
 * @param method the request's method; empty: GET
 * @param path the path within the application
 * @param client the address that the connection comes from
 * @param user the name of the authenticated user; empty: anonymous
 * @param headers header fields, by their names in any case
 */
public record Question(
        String policy,
        List<String> ids,
        String method,
        String path,
        String client,
        String user,
        Map<String, String> headers) {

    /** Copies what it is given. */
    public Question {
        ids = List.copyOf(ids);
        Map<String, String> anyCase = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        anyCase.putAll(headers);
        headers = java.util.Collections.unmodifiableMap(anyCase);
        method = method.isEmpty() ? "GET" : method;
    }

    /**
     * Of a request.
     *
     * @param method its method
     * @param path its path within the application
     * @param client the address it comes from
     */
    public Question(String method, String path, String client) {
        this("", List.of(), method, path, client, "", Map.of());
    }
}
