package io.weir.internal.edge.cdi;

import io.weir.KeySource;
import io.weir.OnRefusal;
import io.weir.Policy;
import io.weir.RateLimited;
import io.weir.internal.guard.Rule;
import io.weir.internal.policy.ProblemCode;
import io.weir.internal.policy.Problems;
import jakarta.enterprise.context.NormalScope;
import jakarta.enterprise.inject.Stereotype;
import jakarta.inject.Scope;
import java.lang.annotation.Annotation;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The annotated classes that CDI does not manage: methods of JAX-RS resources and servlets are
 * limited by the filters in front of them all the same, anything else would silently not be.
 */
final class Unmanaged {

    private final Blueprint blueprint;
    private final Discovery discovery;
    private final Predicate<Class<?>> isIdle;
    private final ClassLoader loader;

    /**
     * Knows what is managed.
     *
     * @param isIdle whether another bean stands in for a class, so that nobody calls it
     */
    Unmanaged(
            Blueprint blueprint,
            Discovery discovery,
            Predicate<Class<?>> isIdle,
            ClassLoader loader) {
        this.blueprint = blueprint;
        this.discovery = discovery;
        this.isIdle = isIdle;
        this.loader = loader;
    }

    void add(Class<?> type, Problems problems) {
        if (!type.isAnnotation() && !isIdle.test(type)) { // what bears one is found by itself
            addServed(type, problems);
        }
    }

    /** Adds what serves requests, whatever CDI thinks of it. */
    void addServed(Class<?> type, Problems problems) {
        List<Found> found = Found.in(type);
        if (Servlets.is(type)) {
            found.forEach(one -> checkServlet(one, problems));
        } else if (type.isInterface()) {
            boolean limits = !found.isEmpty() && !discovery.hasHeirOf(type);
            if (limits && !isResource(type, found)) {
                problems.add(
                        ProblemCode.NOT_MANAGED,
                        type.getName(),
                        "annotations of an interface that no bean implements");
            }
        } else if (!blueprint.table().knows(type) && !discovery.isOfAnother(type)) {
            boolean isAbstract = Modifier.isAbstract(type.getModifiers());
            boolean hasBeans = isAbstract && discovery.hasHeirOf(type);
            boolean resource = isResource(type, found);
            for (Found one : found) {
                add(one, resource, isAbstract, hasBeans, problems);
            }
        }
    }

    private void add(
            Found one, boolean resource, boolean isAbstract, boolean hasBeans, Problems problems) {
        Class<?> type = one.type();
        boolean answers = resource && Resources.isResourceMethod(one);
        Optional<ProblemCode> unanswerable = one.unanswerable();
        if (unanswerable.isPresent()) {
            problems.add(unanswerable.get(), one.where(), "@RateLimited there");
            return;
        }
        boolean early = !one.needsArguments() && one.annotation().onRefusal() == OnRefusal.THROW;
        if (answers && early) {
            // Also of an abstract class: its heirs may be resources that nobody else finds.
            blueprint.declare(one, problems);
        } else if (answers && !hasBeans) {
            problems.add(
                    ProblemCode.RESOURCE_ID_NOT_MANAGED,
                    false,
                    one.where(),
                    type.getName(),
                    overlooked(type));
        } else if (!hasBeans && !(resource && one.ofClass())) {
            // On its class it means no helper of a resource: nobody calls that from outside.
            problems.add(
                    ProblemCode.NOT_MANAGED,
                    isAbstract,
                    one.where(),
                    isAbstract ? "a class that no bean extends" : type.getName(),
                    overlooked(type));
        }
    }

    /** Of JAX-RS; of a client's interface the same annotations tell what it calls. */
    static boolean isResource(Class<?> type, List<Found> found) {
        return Blueprint.isPresent(Resources.NEEDS) && Resources.isResource(type, found);
    }

    /** A servlet is limited as a whole, before any of its methods is called. */
    static void checkServlet(Found found, Problems problems) {
        if (!found.ofClass()) {
            problems.add(
                    ProblemCode.NOT_MANAGED,
                    found.where(),
                    "a method of a servlet",
                    "the annotation on the servlet class, or weir.policy.NAME.path and .methods",
                    Optional.empty());
        }
    }

    /**
     * What is demanded of the servlets of the application.
     *
     * @param classes the name of each one's class, by its own name
     * @param annotated the annotated classes that the container has found
     * @return the rules by the servlet's name, for those that have any
     */
    Map<String, List<Rule>> servlets(
            Map<String, String> classes, Set<Class<?>> annotated, Problems problems) {
        Map<String, List<Rule>> rules = new HashMap<>();
        Set<Class<?>> mapped = new HashSet<>();
        classes.forEach(
                (name, className) -> {
                    Class<?> type = load(className);
                    if (type != null && Servlets.is(type)) {
                        mapped.addAll(Annotations.lineage(type));
                        List<Rule> ofServlet = ofServlet(type, problems);
                        if (!ofServlet.isEmpty()) {
                            rules.put(name, ofServlet);
                        }
                    }
                });
        for (Class<?> type : annotated) {
            if (Servlets.is(type) && !mapped.contains(type) && Annotations.speaks(type)) {
                problems.add(
                        ProblemCode.NOT_MANAGED,
                        type.getName(),
                        "a servlet class that is not mapped to any path",
                        "@WebServlet with a path, or a servlet in web.xml; for one that code adds,"
                                + " weir.policy.NAME.path",
                        Optional.empty());
            }
        }
        return rules;
    }

    private List<Rule> ofServlet(Class<?> type, Problems problems) {
        List<Rule> rules = new ArrayList<>();
        List<RateLimited> demands =
                Annotations.ofClass(type).map(Annotations.Said::demands).orElse(List.of());
        for (int i = 0; i < demands.size(); i++) {
            String where = type.getName() + (i == 0 ? "" : " #" + (i + 1));
            if (demands.get(i).onRefusal() == OnRefusal.SKIP) {
                problems.add(
                        ProblemCode.SKIP_RETURN_TYPE,
                        where,
                        "a servlet",
                        "onRefusal = THROW: its client needs an answer",
                        Optional.empty());
            }
            blueprint
                    .policies()
                    .declare(where, demands.get(i), problems)
                    .ifPresent(
                            live -> {
                                checkKey(where, live.get(), problems);
                                rules.add(Rule.of(live));
                            });
        }
        return rules;
    }

    /** The mapping of a servlet has no names. */
    private static void checkKey(String where, Policy policy, Problems problems) {
        for (KeySource source : policy.key()) {
            if (source.kind() == KeySource.Kind.PATH) {
                problems.add(
                        ProblemCode.KEY_WITHOUT_REQUEST,
                        where,
                        "the key part path:" + source.name() + " at a servlet",
                        "weir.policy.NAME.path with {" + source.name() + "} instead",
                        Optional.empty());
            }
        }
    }

    private @Nullable Class<?> load(String className) {
        try {
            return Class.forName(className, false, loader);
        } catch (ClassNotFoundException | LinkageError e) {
            return null; // of the server's own
        }
    }

    /** Weld in a servlet container looks for beans only where there is a beans.xml. */
    private static Optional<String> overlooked(Class<?> type) {
        return Stream.of(type.getAnnotations())
                        .map(Annotation::annotationType)
                        .anyMatch(
                                a ->
                                        a.isAnnotationPresent(NormalScope.class)
                                                || a.isAnnotationPresent(Scope.class)
                                                || a.isAnnotationPresent(Stereotype.class))
                ? Optional.of(
                        "It has a scope; if CDI overlooks the other beans too, add an empty"
                                + " WEB-INF/beans.xml")
                : Optional.empty();
    }
}
