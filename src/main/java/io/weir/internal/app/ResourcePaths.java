package io.weir.internal.app;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the resource method that JAX-RS would call for a path (Jakarta RESTful Web Services 3.1,
 * section 3.7.2): the class first, then the method, then the verb.
 *
 * @param types the classes that JAX-RS serves, limited or not
 */
record ResourcePaths(Scan scan, Set<Class<?>> types) {

    private static final Pattern PARAMETER =
            Pattern.compile("\\{\\s*(\\w[\\w.-]*)\\s*(?::((?:[^{}]|\\{[^{}]*})*))?}");

    /**
     * A method that may be called.
     *
     * @param type the resource class
     * @param method the method
     * @param values of the names in its path
     * @param isLocator whether it only finds the object that is called
     * @param isSure whether its verb is the one that is asked for: a JAX-RS that is not strict goes
     *     on to the next best path for it
     */
    record Match(
            Class<?> type,
            Method method,
            Map<String, String> values,
            boolean isLocator,
            boolean isSure) {}

    /** A method whose path matches. */
    private record Candidate(Class<?> type, Method method, Set<String> verbs, Template template) {

        boolean serves(String verb) {
            return verbs.contains(verb) || verb.equals("HEAD") && verbs.contains("GET");
        }

        Match found(String path, boolean isSure) {
            Map<String, String> values = template.match(path);
            return new Match(
                    type, method, values == null ? Map.of() : values, verbs.isEmpty(), isSure);
        }
    }

    /**
     * Finds the methods.
     *
     * @param verb such as GET
     * @param path what JAX-RS sees of the path; where it is mapped is not known: all of it
     * @param anywhere whether a template may match the end of the path
     * @return several where only the media types tell them apart; none: nothing is called
     */
    List<Match> find(String verb, String path, boolean anywhere) {
        List<Candidate> all = new ArrayList<>();
        List<Candidate> ofClass = new ArrayList<>();
        Template best = null;
        for (Class<?> type : types) {
            ScannedClass scanned = scan.of(type);
            Template whole =
                    scanned.isRoot() ? Template.of(scanned.template(), true, anywhere) : null;
            if (whole == null || whole.match(path) == null) {
                continue;
            }
            List<Candidate> here = candidates(type, scanned, path, anywhere);
            all.addAll(here);
            int order = best == null ? 1 : Template.WRITTEN.compare(whole, best);
            if (order > 0) {
                best = whole;
                ofClass.clear();
            }
            if (order >= 0) {
                ofClass.addAll(here);
            }
        }
        List<Candidate> strict = best(ofClass);
        List<Candidate> called = strict.stream().filter(c -> c.serves(verb)).toList();
        if (!called.isEmpty()) {
            return called.stream().map(c -> c.found(path, true)).toList();
        }
        if (!strict.isEmpty() && strict.get(0).verbs().isEmpty()) {
            return strict.stream().map(c -> c.found(path, true)).toList();
        }
        return best(all.stream().filter(c -> c.serves(verb)).toList()).stream()
                .map(c -> c.found(path, false))
                .toList();
    }

    private static List<Candidate> candidates(
            Class<?> type, ScannedClass scanned, String path, boolean anywhere) {
        List<Candidate> here = new ArrayList<>();
        for (Method method : type.getMethods()) {
            Set<String> verbs = scanned.verbs(method);
            boolean locates = verbs.isEmpty() && scanned.hasPath(method);
            if ((locates || !verbs.isEmpty()) && !method.isBridge()) {
                Template template = Template.of(scanned.template(method), locates, anywhere);
                if (template.match(path) != null) {
                    here.add(new Candidate(type, method, verbs, template));
                }
            }
        }
        return here;
    }

    /** Those with the most specific template; a method before a locator. */
    private static List<Candidate> best(List<Candidate> some) {
        Comparator<Candidate> order =
                Comparator.comparing(Candidate::template, Template.WRITTEN)
                        .thenComparing(c -> !c.verbs().isEmpty());
        Candidate best = some.stream().max(order).orElse(null);
        return some.stream().filter(c -> best != null && order.compare(c, best) == 0).toList();
    }

    /** A path with names in braces; in the order of JAX-RS the most specific one is the largest. */
    private record Template(Pattern pattern, List<String> names, int literal, int own) {

        static final Comparator<Template> WRITTEN =
                Comparator.comparingInt(Template::literal)
                        .thenComparing(t -> t.names().size())
                        .thenComparingInt(Template::own);

        /** With more behind it, or before it, as well. */
        static Template of(String path, boolean more, boolean anywhere) {
            StringBuilder regex = new StringBuilder(anywhere ? "(?:.*/)?" : "");
            List<String> names = new ArrayList<>();
            String text = path.replaceAll("/+", "/").replaceAll("^/|/$", "");
            Matcher parameter = PARAMETER.matcher(text);
            int literal = 0;
            int expressions = 0;
            int at = 0;
            while (parameter.find()) {
                literal += parameter.start() - at;
                regex.append(Pattern.quote(text.substring(at, parameter.start())));
                String own = parameter.group(2);
                expressions += own == null ? 0 : 1;
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
            regex.append(Pattern.quote(text.substring(at)));
            regex.append(more ? text.isEmpty() ? ".*" : "(?:/.*)?" : "/?");
            return new Template(Pattern.compile(regex.toString()), names, literal, expressions);
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
