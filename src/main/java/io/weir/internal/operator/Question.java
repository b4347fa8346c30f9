package io.weir.internal.operator;

import java.util.Collections;
import java.util.HashMap;
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
        headers = Collections.unmodifiableMap(anyCase);
        method = method.isEmpty() ? "GET" : method;
    }

    /**
     * Header fields as somebody types them.
     *
     * @param lines such as {@code X-Api-Key: k1}; what has no name is left out
     * @return the fields by their names
     */
    public static Map<String, String> headers(String... lines) {
        Map<String, String> headers = new HashMap<>();
        for (String line : lines) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.put(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
            }
        }
        return headers;
    }
}
