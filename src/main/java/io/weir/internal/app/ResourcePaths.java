package io.weir.internal.app;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the resource method that JAX-RS would call for a path, among the classes with limits. Where
 * JAX-RS itself is mapped is not known, so a template may match the end of a path. Of several the
 * one with more literal text wins, as in JAX-RS. Stateless but for the classes.
 */
final class ResourcePaths {

    private static final Pattern PARAMETER =
            Pattern.compile("\\{\\s*(\\w[\\w.-]*)\\s*(?::((?:[^{}]|\\{[^{}]*})*))?}");

    private final Scan scan;
    private final MethodRules rules;

    ResourcePaths(Scan scan, MethodRules rules) {
        this.scan = scan;
        this.rules = rules;
    }

    /**
     * A method that would be called.
     *
     * @param type the resource class
     * @param method the method
     * @param values of the names in its path
     */
    record Found(Class<?> type, Method method, Map<String, String> values) {}

    Optional<Found> find(String verb, String path) {
        Found best = null;
        int most = -1;
        for (Class<?> type : rules.types()) {
            ScannedClass scanned = scan.of(type);
            if (!scanned.isRoot()) {
                continue;
            }
            for (Method method : type.getMethods()) {
                Set<String> verbs = scanned.verbs(method);
                boolean called =
                        verbs.contains(verb) || verb.equals("HEAD") && verbs.contains("GET");
                Template template = called ? Template.of(scanned.template(method)) : null;
                Map<String, String> values = template == null ? null : template.match(path);
                if (template != null && values != null && template.literal() > most) {
                    most = template.literal();
                    best = new Found(type, method, values);
                }
            }
        }
        return Optional.ofNullable(best);
    }

    /** A path with names in braces. */
    private record Template(Pattern pattern, List<String> names, int literal) {

        static Template of(String path) {
            StringBuilder regex = new StringBuilder("(?:.*/)?");
            List<String> names = new ArrayList<>();
            String text = path.replaceAll("/+", "/").replaceAll("^/|/$", "");
            Matcher parameter = PARAMETER.matcher(text);
            int literal = 0;
            int at = 0;
            while (parameter.find()) {
                literal += parameter.start() - at;
                regex.append(Pattern.quote(text.substring(at, parameter.start())));
                String own = parameter.group(2);
                // A group in the expression would be taken for a name.
                String value =
                        own == null
                                ? "[^/]+?"
                                : own.strip().replaceAll("(?<!\\\\)\\((?!\\?)", "(?:");
                regex.append('(').append(value).append(')');
                names.add(parameter.group(1));
                at = parameter.end();
            }
            literal += text.length() - at;
            regex.append(Pattern.quote(text.substring(at))).append("/?");
            return new Template(Pattern.compile(regex.toString()), names, literal);
        }

        @Nullable Map<String, String> match(String path) {
            Matcher matcher = pattern.matcher(path.replaceAll("/+", "/").replaceAll("^/|/$", ""));
            if (!matcher.matches()) {
                return null;
            }
            Map<String, String> values = new HashMap<>();
            for (int i = 0; i < names.size(); i++) {
                values.put(names.get(i), matcher.group(i + 1));
            }
            return values;
        }
    }
}
