package io.weir.internal.app;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A class of an application, and what it is to the containers. Found by names, and only what the
 * library sees itself: what serves a class that it does not see would not limit it.
 *
 * @param type the class
 * @param methods what is demanded of its methods
 * @param isServlet whether it is a servlet
 * @param isRoot whether it is a JAX-RS resource with a path, which nobody has to locate
 */
record ScannedClass(Class<?> type, List<LimitedMethod> methods, boolean isServlet, boolean isRoot) {

    private static final boolean HAS_SERVLETS = Scan.isPresent("jakarta.servlet.Servlet");
    private static final String PATH = "jakarta.ws.rs.Path";
    private static final boolean HAS_JAX_RS = Scan.isPresent(PATH);
    private static final String HTTP_METHOD = "jakarta.ws.rs.HttpMethod";

    /** What stands on the annotations of a scope or a stereotype. */
    private static final Set<String> OF_BEANS =
            Set.of(
                    "jakarta.enterprise.context.NormalScope",
                    "jakarta.enterprise.inject.Stereotype",
                    "jakarta.inject.Scope");

    ScannedClass(Class<?> type, List<LimitedMethod> methods) {
        this(type, methods, isServlet(type), hasPath(type));
    }

    static boolean hasServlets() {
        return HAS_SERVLETS;
    }

    static boolean isServlet(Class<?> type) {
        return HAS_SERVLETS
                && Inheritance.lineage(type).stream()
                        .anyMatch(c -> Scan.isSeen(c, "jakarta.servlet.Servlet"));
    }

    private static boolean hasPath(Class<?> type) {
        return HAS_JAX_RS
                && Inheritance.lineage(type).stream()
                        .flatMap(c -> Arrays.stream(c.getAnnotations()))
                        .map(Annotation::annotationType)
                        .anyMatch(a -> Scan.isSeen(a, PATH));
    }

    boolean isAbstract() {
        return Modifier.isAbstract(type.getModifiers());
    }

    /** Without a path of its own it may be a sub-resource, or what a resource inherits from. */
    boolean isResource() {
        return isRoot || methods.stream().anyMatch(LimitedMethod::isResourceMethod);
    }

    /** Whether it has a scope: then a container without it has overlooked it. */
    boolean hasScope() {
        return Arrays.stream(type.getAnnotations())
                .anyMatch(a -> Scan.isAnnotated(a.annotationType(), OF_BEANS));
    }

    /** Whether JAX-RS calls a method: it says GET or the like, or what it overrides says so. */
    static boolean isResourceMethod(Class<?> type, Method method) {
        return HAS_JAX_RS
                && Inheritance.methods(type)
                        .filter(m -> isAlike(m, method))
                        .flatMap(m -> Arrays.stream(m.getAnnotations()))
                        .flatMap(a -> Arrays.stream(a.annotationType().getAnnotations()))
                        .map(Annotation::annotationType)
                        .anyMatch(a -> Scan.isSeen(a, HTTP_METHOD));
    }

    /** Not by types of parameters: in a generic interface these are others. */
    private static boolean isAlike(Method one, Method other) {
        return one.getName().equals(other.getName())
                && one.getParameterCount() == other.getParameterCount();
    }

    /**
     * The path template of a resource method; empty where it depends on who locates the resource.
     */
    Optional<String> template(LimitedMethod limited) {
        return isRoot && limited.isResourceMethod()
                ? Optional.of(template(limited.method()))
                : Optional.empty();
    }

    /** The path template of a root resource. */
    String template() {
        return path(Inheritance.lineage(type).stream()).orElse("");
    }

    /** The path template of a method of a root resource. */
    String template(Method method) {
        return template() + path(inherited(method)).map(path -> "/" + path).orElse("");
    }

    /** Whether a method has a path of its own: without a verb it is a locator. */
    boolean hasPath(Method method) {
        return path(inherited(method)).isPresent();
    }

    /** The request methods for which JAX-RS calls a method, such as GET; none: it does not. */
    Set<String> verbs(Method method) {
        return inherited(method)
                .flatMap(m -> Arrays.stream(m.getAnnotations()))
                .flatMap(a -> Arrays.stream(a.annotationType().getAnnotations()))
                .filter(a -> a.annotationType().getName().equals(HTTP_METHOD))
                .map(ScannedClass::value)
                .collect(Collectors.toSet());
    }

    private Stream<Method> inherited(Method method) {
        return Inheritance.methods(type).filter(m -> Inheritance.replaces(method, m));
    }

    /** What the nearest place says. */
    private static Optional<String> path(Stream<? extends AnnotatedElement> places) {
        return places.flatMap(place -> Arrays.stream(place.getAnnotations()))
                .filter(a -> a.annotationType().getName().equals(PATH))
                .findFirst()
                .map(ScannedClass::value);
    }

    private static String value(Annotation annotation) {
        try {
            return (String) annotation.annotationType().getMethod("value").invoke(annotation);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e); // its interface is public
        }
    }
}
