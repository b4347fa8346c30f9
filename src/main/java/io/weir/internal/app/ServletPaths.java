package io.weir.internal.app;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the servlet that a container asks for a path (Servlet 6.0, section 12.1).
 *
 * @param mappings the URL patterns of each servlet, by its name; empty: not known
 */
record ServletPaths(Map<String, ? extends Collection<String>> mappings) {

    /**
     * What a path is for.
     *
     * @param servlet its name; empty: the container's own
     * @param kind how its pattern is written
     * @param rest what is behind the pattern, of a prefix; else the path
     */
    record Match(Optional<String> servlet, Kind kind, String rest) {}

    /** The kinds of patterns, the one that wins last. */
    enum Kind {
        /** The pattern of the default servlet, which gets what no other one matches. */
        DEFAULT,
        EXTENSION,
        PREFIX,
        EXACT
    }

    Match find(String path) {
        Match best = new Match(Optional.empty(), Kind.DEFAULT, path);
        int length = -1;
        for (Map.Entry<String, ? extends Collection<String>> servlet : mappings.entrySet()) {
            for (String pattern : servlet.getValue()) {
                Kind kind = kind(pattern, path);
                if (kind != null) {
                    int order = kind.compareTo(best.kind());
                    if (order > 0 || order == 0 && pattern.length() > length) {
                        String rest =
                                kind == Kind.PREFIX ? path.substring(pattern.length() - 2) : path;
                        best = new Match(Optional.of(servlet.getKey()), kind, rest);
                        length = pattern.length();
                    }
                }
            }
        }
        return best;
    }

    private static @Nullable Kind kind(String pattern, String path) {
        if (pattern.equals("/")) {
            return Kind.DEFAULT;
        }
        if (pattern.endsWith("/*")) {
            String prefix = pattern.substring(0, pattern.length() - 2);
            return path.equals(prefix) || path.startsWith(prefix + "/") ? Kind.PREFIX : null;
        }
        if (pattern.startsWith("*.")) {
            boolean last = path.indexOf('/', path.length() - pattern.length() + 1) < 0;
            return last && path.endsWith(pattern.substring(1)) ? Kind.EXTENSION : null;
        }
        return pattern.equals(path) || pattern.isEmpty() && path.equals("/") ? Kind.EXACT : null;
    }
}
