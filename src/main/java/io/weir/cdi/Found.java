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
import java.util.List;
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
 */
record Found(Class<?> type, Method method, RateLimited annotation) {

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

    /** All that a class demands for its methods, its superclasses' methods included. */
    static List<Found> in(Class<?> type) {
        RateLimited ofType = type.getAnnotation(RateLimited.class);
        List<Found> found = new ArrayList<>();
        List<List<Object>> overridden = new ArrayList<>();
        for (Class<?> c = type; c != null && c != Object.class; c = c.getSuperclass()) {
            for (Method method : c.getDeclaredMethods()) {
                List<Object> signature =
                        List.of(method.getName(), List.of(method.getParameterTypes()));
                if (!method.isSynthetic() && !overridden.contains(signature)) {
                    overridden.add(signature);
                    RateLimited own = method.getAnnotation(RateLimited.class);
                    if (own != null) {
                        found.add(new Found(type, method, own));
                    } else if (ofType != null && isBusiness(method)) {
                        found.add(new Found(type, method, ofType));
                    }
                }
            }
        }
        return found;
    }

    private static boolean isBusiness(Method method) {
        return !Modifier.isPrivate(method.getModifiers())
                && !Modifier.isStatic(method.getModifiers());
    }

    /** Whether the annotation stands on the class rather than on the method. */
    boolean isOfClass() {
        return !method.isAnnotationPresent(RateLimited.class);
    }

    /** Where it is, for an operator; the identity of an unnamed policy. */
    String where() {
        return type.getName()
                + "."
                + method.getName()
                + Arrays.stream(method.getParameterTypes())
                        .map(Class::getSimpleName)
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

    /** Whether CDI could call an interceptor for it; adds what speaks against it. */
    boolean canBeIntercepted(Problems problems) {
        int modifiers = method.getModifiers();
        String obstacle =
                Modifier.isPrivate(modifiers)
                        ? "a private method"
                        : Modifier.isStatic(modifiers)
                                ? "a static method"
                                : Modifier.isFinal(modifiers)
                                        ? "a final method"
                                        : Modifier.isFinal(type.getModifiers())
                                                ? "a method of a final class"
                                                : isBridged()
                                                        ? "a public method inherited from a class"
                                                                + " that is not public"
                                                        : "";
        if (!obstacle.isEmpty()) {
            problems.add(ProblemCode.NOT_INTERCEPTABLE, where(), obstacle);
        }
        return obstacle.isEmpty();
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

    /** Adds what is wrong with the method's types. */
    void check(Problems problems) {
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
