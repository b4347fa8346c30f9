package io.weir.internal.edge.cdi;

import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.AsyncResponse;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Tells JAX-RS resources; loaded only where JAX-RS is. */
final class Resources {

    /** The type without which this class must not be loaded. */
    static final String NEEDS = "jakarta.ws.rs.Path";

    private static final Pattern PARAMETER = Pattern.compile("\\{\\s*(\\w[\\w.-]*)\\s*[:}]");

    private Resources() {}

    /** Without a path of its own it may be a sub-resource, or what a resource inherits from. */
    static boolean isResource(Class<?> type, List<Found> found) {
        return isResource(type) || found.stream().anyMatch(Resources::isResourceMethod);
    }

    private static boolean isResource(Class<?> type) {
        return supertypes(type).anyMatch(c -> c.isAnnotationPresent(Path.class));
    }

    /**
     * The path template of a resource method of a root resource; empty for any other, whose
     * template depends on who locates it.
     */
    static Optional<String> template(Found found) {
        if (!isResource(found.type()) || !isResourceMethod(found)) {
            return Optional.empty();
        }
        StringBuilder template = new StringBuilder();
        supertypes(found.type())
                .flatMap(c -> Stream.ofNullable(c.getAnnotation(Path.class)))
                .findFirst()
                .ifPresent(path -> template.append(path.value()));
        supertypes(found.type())
                .flatMap(c -> Arrays.stream(c.getDeclaredMethods()))
                .filter(m -> m.equals(found.method()) || Overrides.replaces(found.method(), m))
                .flatMap(m -> Stream.ofNullable(m.getAnnotation(Path.class)))
                .findFirst()
                .ifPresent(path -> template.append('/').append(path.value()));
        return Optional.of(template.toString());
    }

    /** The names in braces: {@code {id}} or {@code {id: [0-9]+}}. */
    static List<String> parameters(String template) {
        return PARAMETER.matcher(template).results().map(name -> name.group(1)).toList();
    }

    private static Stream<Class<?>> supertypes(Class<?> type) {
        return Stream.concat(
                Stream.of(type),
                Stream.concat(
                                Stream.ofNullable(type.getSuperclass()),
                                Arrays.stream(type.getInterfaces()))
                        .flatMap(Resources::supertypes));
    }

    /** Whether JAX-RS calls it: it says GET or the like, or what it overrides says so. */
    static boolean isResourceMethod(Found found) {
        for (Class<?> c = found.type(); c != null; c = c.getSuperclass()) {
            if (saysHow(c, found.method())) {
                return true;
            }
        }
        return false;
    }

    /** Not by types of parameters: in a generic interface these are others. */
    private static boolean saysHow(Class<?> type, Method method) {
        for (Method m : type.getDeclaredMethods()) {
            if (m.getName().equals(method.getName())
                    && m.getParameterCount() == method.getParameterCount()
                    && Arrays.stream(m.getAnnotations())
                            .anyMatch(
                                    a ->
                                            a.annotationType()
                                                    .isAnnotationPresent(HttpMethod.class))) {
                return true;
            }
        }
        return Arrays.stream(type.getInterfaces()).anyMatch(i -> saysHow(i, method));
    }

    /** Answers the request that an argument is to answer later, if there is one. */
    static boolean resume(@Nullable Object[] arguments, Throwable thrown) {
        for (Object argument : arguments) {
            if (argument instanceof AsyncResponse waiting) {
                return waiting.resume(thrown);
            }
        }
        return false;
    }
}
