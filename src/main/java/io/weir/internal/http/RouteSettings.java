package io.weir.internal.http;

import java.util.List;
import java.util.Set;

/**
 * Where the filter enforces a policy.
 *
 * @param path which paths of the application: one path ({@code /search}), everything below one
 *     ({@code /api/*}), or a template ({@code /products/{id}}); a slash at the end makes no
 *     difference
 * @param methods which request methods, upper case; empty: all. GET includes HEAD
 * @param dispatches on which ways the request may have come, at least one
 * @param exemptPaths paths of the same forms that are not limited
 */
public record RouteSettings(
        String path, Set<String> methods, Set<Dispatch> dispatches, List<String> exemptPaths) {

    /** Where a client can enter something. */
    public static final Set<Dispatch> ENTRIES = Set.of(Dispatch.REQUEST, Dispatch.FORWARD);

    /** Copies what it is given. */
    public RouteSettings {
        methods = Set.copyOf(methods);
        dispatches = Set.copyOf(dispatches);
        exemptPaths = List.copyOf(exemptPaths);
    }

    /**
     * Every method, every entry, and no exemption.
     *
     * @param path which paths
     */
    public RouteSettings(String path) {
        this(path, Set.of(), ENTRIES, List.of());
    }
}
