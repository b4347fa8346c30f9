package io.weir.internal.http;

import io.weir.internal.address.Cidr;
import io.weir.internal.guard.Rule;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** A policy of the filter and where it holds. */
public final class Route {

    private final Rule rule;
    private final RouteRules rules;
    private final Pattern pattern;
    private final List<Pattern> exempt;
    private final AtomicBoolean late;
    private final AtomicBoolean missed = new AtomicBoolean();

    /**
     * A route.
     *
     * @param rule what is enforced
     * @param rules where
     */
    public Route(Rule rule, RouteRules rules) {
        this.rule = rule;
        this.rules = rules;
        this.pattern = Pattern.of(rules.path());
        this.exempt = rules.exemptPaths().stream().map(Pattern::of).toList();
        this.late = new AtomicBoolean(rule.needsUser());
    }

    /**
     * What is enforced.
     *
     * @return the rule
     */
    public Rule rule() {
        return rule;
    }

    /**
     * Where it is enforced.
     *
     * @return the path as it was written
     */
    public String path() {
        return rules.path();
    }

    /**
     * Whether only who stands behind the application's filters knows whom it counts.
     *
     * @return true where the key says so, or since these have changed the client
     */
    public boolean isLate() {
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

    List<Cidr> exemptNetworks() {
        return rules.exemptNetworks();
    }

    /** The values of the template's names, or empty if this route is another. */
    Optional<Map<String, String>> match(Dispatch dispatch, String method, List<String> paths) {
        String upper = method.toUpperCase(Locale.ROOT);
        boolean named =
                rules.methods().isEmpty()
                        || rules.methods().contains(upper)
                        || (upper.equals("HEAD") && rules.methods().contains("GET"));
        if (!named || !rules.dispatches().contains(dispatch)) {
            return Optional.empty();
        }
        List<List<String>> all = paths.stream().map(Pattern::segments).toList();
        if (exempt.stream().anyMatch(e -> all.stream().anyMatch(p -> e.match(p).isPresent()))) {
            return Optional.empty();
        }
        return all.stream().flatMap(path -> pattern.match(path).stream()).findFirst();
    }

    /** A path, everything below one, or a template. */
    private record Pattern(List<String> segments, boolean below) {

        static Pattern of(String path) {
            boolean below = path.endsWith("/*");
            return new Pattern(
                    segments(below ? path.substring(0, path.length() - 2) : path), below);
        }

        static List<String> segments(String path) {
            return Arrays.stream(path.split("/")).filter(s -> !s.isEmpty()).toList();
        }

        Optional<Map<String, String>> match(List<String> given) {
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
    }
}
