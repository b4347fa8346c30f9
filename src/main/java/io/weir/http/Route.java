package io.weir.http;

import io.weir.gate.Rule;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where the filter enforces a policy: {@code /search} (that path), {@code /api/*} (it and
 * everything below), {@code /products/{id}} (one segment for each name). A slash at the end makes
 * no difference.
 */
public final class Route {

    private final Rule rule;
    private final List<String> segments;
    private final boolean below;
    private final Set<String> methods;

    /**
     * A route.
     *
     * @param rule what is enforced
     * @param path the pattern, beginning with {@code /}
     * @param methods the request methods, upper case; empty: all. GET includes HEAD
     */
    public Route(Rule rule, String path, Set<String> methods) {
        this.rule = rule;
        this.below = path.endsWith("/*");
        this.segments = segments(below ? path.substring(0, path.length() - 2) : path);
        this.methods = Set.copyOf(methods);
    }

    Rule rule() {
        return rule;
    }

    /** The values of the template's names, or empty if this route is another. */
    Optional<Map<String, String>> match(String method, String path) {
        String upper = method.toUpperCase(Locale.ROOT);
        if (!methods.isEmpty()
                && !methods.contains(upper)
                && !(upper.equals("HEAD") && methods.contains("GET"))) {
            return Optional.empty();
        }
        List<String> given = segments(path);
        if (below ? given.size() < segments.size() : given.size() != segments.size()) {
            return Optional.empty();
        }
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < segments.size(); i++) {
            String segment = segments.get(i);
            if (segment.startsWith("{") && segment.endsWith("}")) {
                values.put(segment.substring(1, segment.length() - 1), given.get(i));
            } else if (!segment.equals(given.get(i))) {
                return Optional.empty();
            }
        }
        return Optional.of(values);
    }

    private static List<String> segments(String path) {
        return java.util.Arrays.stream(path.split("/")).filter(s -> !s.isEmpty()).toList();
    }
}
