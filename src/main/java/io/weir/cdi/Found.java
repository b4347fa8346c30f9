package io.weir.cdi;

import io.weir.OnRefusal;
import io.weir.RateLimited;
import io.weir.ResourceId;
import io.weir.config.Declaration;
import io.weir.config.ProblemCode;
import io.weir.config.Problems;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * An annotation found on a method, or on its class.
 *
 * @param type the class of the objects it is called on
 * @param method the method
 * @param annotation what is demanded
 * @param ofClass whether that stands on the class rather than on the method or on one it overrides
 */
record Found(Class<?> type, Method method, RateLimited annotation, boolean ofClass) {

    private static final Set<Class<?>> SKIPPABLE =
            Set.of(void.class, boolean.class, Boolean.class, Optional.class);

    private static final Set<Class<?>> IDENTITIES =
            Set.of(
                    String.class,
                    UUID.class,
                    Boolean.class,
                    boolean.class,
                    Character.class,
                    char.class,
                    byte.class,
                    short.class,
                    int.class,
                    long.class,
                    float.class,
                    double.class);

    /**
     * All that a class demands for its methods, its superclasses' methods included. A method that
     * overrides a limited one is limited like it unless it says something else: a limit that got
     * lost there would be lost without a sign.
     */
    static List<Found> in(Class<?> type) {
        Map<Method, Optional<RateLimited>> methods = new LinkedHashMap<>();
        for (Class<?> c = type; c != null && c != Object.class; c = c.getSuperclass()) {
            for (Method method : c.getDeclaredMethods()) {
                if (!method.isSynthetic()) {
                    Optional<RateLimited> own =
                            Optional.ofNullable(method.getAnnotation(RateLimited.class));
                    Optional<Method> reached =
                            methods.keySet().stream()
                                    .filter(below -> Overrides.replaces(below, method))
                                    .findFirst();
                    methods.merge(
                            reached.orElse(method), own, (below, above) -> below.or(() -> above));
                }
            }
        }
        RateLimited ofType = type.getAnnotation(RateLimited.class);
        List<Found> found = new ArrayList<>();
        methods.forEach(
                (method, own) -> {
                    if (own.isPresent()) {
                        found.add(new Found(type, method, own.get(), false));
                    } else if (ofType != null && isBusiness(method)) {
                        found.add(new Found(type, method, ofType, true));
                    }
                });
        return found;
    }

    private static boolean isBusiness(Method method) {
        return !Modifier.isPrivate(method.getModifiers())
                && !Modifier.isStatic(method.getModifiers());
    }

    /**
     * Where it is, for an operator; the identity of an unnamed policy. Types of parameters stand
     * there in full, but for those of {@code java.lang}: two overloads are never one.
     */
    String where() {
        return type.getName()
                + "."
                + method.getName()
                + Arrays.stream(method.getParameterTypes())
                        .map(t -> t.getTypeName().replaceFirst("^java\\.lang\\.(?=\\w+$)", ""))
                        .collect(Collectors.joining(",", "(", ")"));
    }

    Declaration declaration() {
        return new Declaration(
                where(),
                annotation.name(),
                annotation.value(),
                annotation.key(),
                annotation.cost(),
                annotation.onRefusal(),
                annotation.onOutage());
    }

    /** The parameters that are resource ids, by index. */
    List<Integer> idParameters() {
        List<Integer> indexes = new ArrayList<>();
        Parameter[] parameters = method.getParameters();
        for (int i = 0; i < parameters.length; i++) {
            if (parameters[i].isAnnotationPresent(ResourceId.class)) {
                indexes.add(i);
            }
        }
        return indexes;
    }

    /** The parameters that are resource ids, by name, joined by {@code +}. */
    String idNames() {
        return idParameters().stream()
                .map(index -> method.getParameters()[index])
                .map(p -> p.isNamePresent() ? p.getName() : p.getType().getSimpleName())
                .collect(Collectors.joining("+"));
    }

    /** Why CDI could not call an interceptor for it; empty if it can. */
    Optional<String> obstacle() {
        int modifiers = method.getModifiers();
        if (Modifier.isPrivate(modifiers)) {
            return Optional.of("a private method");
        }
        if (Modifier.isStatic(modifiers)) {
            return Optional.of("a static method");
        }
        if (Modifier.isFinal(modifiers)) {
            return Optional.of("a final method");
        }
        if (Modifier.isFinal(type.getModifiers())) {
            return Optional.of("a method of a final class");
        }
        return isBridged()
                ? Optional.of("a public method inherited from a class that is not public")
                : Optional.empty();
    }

    /** The compiler hides such a method behind one of its own, which no interceptor sees. */
    private boolean isBridged() {
        for (Class<?> c = type; c != method.getDeclaringClass(); c = c.getSuperclass()) {
            for (Method bridge : c.getDeclaredMethods()) {
                if (bridge.isBridge()
                        && bridge.getName().equals(method.getName())
                        && Arrays.equals(bridge.getParameterTypes(), method.getParameterTypes())) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Adds what is wrong with the method and its types. */
    void check(Problems problems) {
        obstacle().ifPresent(o -> problems.add(ProblemCode.NOT_INTERCEPTABLE, where(), o));
        if (annotation.onRefusal() == OnRefusal.SKIP
                && !SKIPPABLE.contains(method.getReturnType())) {
            problems.add(
                    ProblemCode.SKIP_RETURN_TYPE,
                    where(),
                    method.getGenericReturnType().getTypeName());
        }
        for (int index : idParameters()) {
            Class<?> id = method.getParameterTypes()[index];
            if (!IDENTITIES.contains(id) && !id.isEnum() && !Number.class.isAssignableFrom(id)) {
                problems.add(
                        ProblemCode.RESOURCE_ID_TYPE,
                        where() + ", parameter " + (index + 1),
                        id.getTypeName());
            }
        }
    }
}
