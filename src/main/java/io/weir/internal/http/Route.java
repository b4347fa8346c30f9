package io.weir.internal.http;

import io.weir.internal.guard.Rule;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringTokenizer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A policy of the filter and where it holds. */
final class Route {

    private final Rule rule;
    private final RouteSettings rules;
    private final Pattern pattern;
    private final List<Pattern> exempt;
    private final AtomicBoolean late;
    private final AtomicBoolean missed = new AtomicBoolean();
    private final AtomicBoolean passedBy = new AtomicBoolean();

    /** Those that hold for a request, in their order. */
    static List<Match> matches(List<Route> routes, RequestView request) {
        List<List<String>> paths = new ArrayList<>(2);
        for (String path : request.paths()) {
            paths.add(segments(path));
        }
        List<String> written = request.written();
        List<Match> matches = new ArrayList<>(2);
        for (Route route : routes) {
            Map<String, String> values =
                    route.match(request.dispatch(), request.method(), paths, written);
            if (values != null) {
                matches.add(new Match(route, values));
            }
        }
        return matches;
    }

    /** A route that a request matches, and what its template says. */
    record Match(Route route, Map<String, String> values) {}

    Route(Rule rule, RouteSettings rules) {
        this.rule = rule;
        this.rules = rules;
        this.pattern = Pattern.of(rules.path());
        this.exempt = rules.exemptPaths().stream().map(Pattern::of).toList();
        this.late = new AtomicBoolean(rule.needsUser());
    }

    Rule rule() {
        return rule;
    }

    /** The path as it was written. */
    String path() {
        return rules.path();
    }

    /**
     * Whether only who stands behind the application's filters knows whom it counts: the key says
     * so, or these have changed the client.
     */
    boolean isLate() {
        return late.get();
    }

    /** The application's filters say another client than the connection does. */
    void becomesLate() {
        late.set(true);
    }

    /** Whether the application's filters have answered for it, and nobody behind them was asked. */
    boolean isMissed() {
        return missed.get();
    }

    /** From now on; answers whether it is new. */
    boolean becomesMissed() {
        return missed.compareAndSet(false, true);
    }

    /** The container has answered for it, and no filter was asked; answers whether that is new. */
    boolean becomesPassedBy() {
        return passedBy.compareAndSet(false, true);
    }

    /**
     * The values of the template's names, or null if this route is another.
     *
     * @param paths the segments of each path of the request
     * @param written those that the client has written, where these can be read in several ways, or
     *     null: the request is limited for both, and exempt only for both
     */
    @Nullable Map<String, String> match(
            Dispatch dispatch,
            String method,
            List<List<String>> paths,
            @Nullable List<String> written) {
        String upper = method.toUpperCase(Locale.ROOT);
        boolean named =
                rules.methods().isEmpty()
                        || rules.methods().contains(upper)
                        || (upper.equals("HEAD") && rules.methods().contains("GET"));
        if (!named || !rules.dispatches().contains(dispatch)) {
            return null;
        }
        if (!exempt.isEmpty() && isExempt(paths, written)) {
            return null;
        }
        for (List<String> path : paths) {
            if (pattern.matches(path)) {
                return pattern.values(path);
            }
        }
        return written != null && pattern.matches(written) ? pattern.values(written) : null;
    }

    private boolean isExempt(List<List<String>> paths, @Nullable List<String> written) {
        return paths.stream().anyMatch(this::isExempt) && (written == null || isExempt(written));
    }

    private boolean isExempt(List<String> path) {
        return exempt.stream().anyMatch(pattern -> pattern.matches(path));
    }

    static List<String> segments(String path) {
        List<String> segments = new ArrayList<>();
        StringTokenizer rest = new StringTokenizer(path, "/");
        while (rest.hasMoreTokens()) {
            segments.add(rest.nextToken());
        }
        return segments;
    }

    /** A path, everything below one, or a template. */
    private record Pattern(List<String> segments, boolean below) {

        static Pattern of(String path) {
            boolean below = path.endsWith("/*");
            return new Pattern(
                    Route.segments(below ? path.substring(0, path.length() - 2) : path).stream()
                            .map(segment -> segment.replace("+", "%2B"))
                            .map(segment -> URLDecoder.decode(segment, StandardCharsets.UTF_8))
                            .toList(),
                    below);
        }

        private static boolean isName(String segment) {
            return segment.startsWith("{") && segment.endsWith("}");
        }

        boolean matches(List<String> given) {
            if (below ? given.size() < segments.size() : given.size() != segments.size()) {
                return false;
            }
            for (int i = 0; i < segments.size(); i++) {
                if (!isName(segments.get(i)) && !segments.get(i).equals(given.get(i))) {
                    return false;
                }
            }
            return true;
        }

        Map<String, String> values(List<String> given) {
            Map<String, String> values = new HashMap<>();
            for (int i = 0; i < segments.size(); i++) {
                String segment = segments.get(i);
                if (isName(segment)) {
                    values.put(segment.substring(1, segment.length() - 1), given.get(i));
                }
            }
            return values;
        }
    }
}
