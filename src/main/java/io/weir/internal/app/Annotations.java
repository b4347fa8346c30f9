package io.weir.internal.app;

import io.weir.RateLimited;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Reads what annotations say of a method or a class. Stateless. */
final class Annotations {

    /**
     * What stands at one place.
     *
     * @param demands the limits in their order; none: exempt
     * @param ofClass whether the place is a class or an interface
     */
    record Declared(List<RateLimited> demands, boolean ofClass) {}

    private Annotations() {}

    /**
     * What holds for a method: the nearest place that says anything.
     *
     * @param type the class of the objects it is called on
     */
    static Optional<Declared> of(Class<?> type, Method method) {
        return Stream.concat(onMethods(type, method), onTypes(type, method)).findFirst();
    }

    /** Whether a class or interface says anything by itself, of itself or of a method. */
    static boolean speaks(Class<?> type) {
        return at(type, true).isPresent()
                || Arrays.stream(type.getDeclaredMethods()).anyMatch(m -> at(m, false).isPresent());
    }

    /** What a class says of all that it does. */
    static Optional<Declared> ofClass(Class<?> type) {
        return Inheritance.lineage(type).stream().flatMap(c -> at(c, true).stream()).findFirst();
    }

    private static Stream<Declared> onMethods(Class<?> type, Method method) {
        return Inheritance.methods(type)
                .filter(m -> !m.isSynthetic())
                .filter(m -> Inheritance.replaces(type, method, m))
                .flatMap(m -> at(m, false).stream());
    }

    /** An interface speaks of its own methods only. */
    private static Stream<Declared> onTypes(Class<?> type, Method method) {
        return Inheritance.lineage(type).stream()
                .filter(c -> !c.isInterface() || declares(c, type, method))
                .flatMap(c -> at(c, true).stream());
    }

    private static boolean declares(Class<?> port, Class<?> type, Method method) {
        return Inheritance.methods(port).anyMatch(m -> Inheritance.replaces(type, method, m));
    }

    /** Whether a place that a method goes by says both that it is limited and that it is not. */
    static boolean contradict(Class<?> type, Method method) {
        return Stream.concat(Stream.of(method), Inheritance.lineage(type).stream())
                .filter(Annotations::isExempt)
                .anyMatch(place -> own(place).length > 0);
    }

    private static RateLimited[] own(AnnotatedElement place) {
        return place.getDeclaredAnnotationsByType(RateLimited.class);
    }

    private static boolean isExempt(AnnotatedElement place) {
        return place.getDeclaredAnnotation(RateLimited.None.class) != null;
    }

    private static Optional<Declared> at(AnnotatedElement place, boolean ofClass) {
        return at(place, new HashSet<>()).map(demands -> new Declared(demands, ofClass));
    }

    /** What stands there itself, or else what other annotations there bring along. */
    private static Optional<List<RateLimited>> at(AnnotatedElement place, Set<Class<?>> seen) {
        RateLimited[] own = own(place);
        if (own.length > 0 || isExempt(place)) {
            return Optional.of(List.of(own)); // limited, and an error, if it says both
        }
        List<RateLimited> brought = new ArrayList<>();
        boolean any = false;
        for (Annotation annotation : place.getDeclaredAnnotations()) {
            Class<?> type = annotation.annotationType();
            if (!type.getName().startsWith("java.") && seen.add(type)) {
                Optional<List<RateLimited>> said = at(type, seen);
                any |= said.isPresent();
                brought.addAll(said.orElse(List.of()));
            }
        }
        return any ? Optional.of(brought) : Optional.empty();
    }
}
