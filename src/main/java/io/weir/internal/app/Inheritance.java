package io.weir.internal.app;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What a class inherits, and which method a call of an inherited one reaches. Stateless. */
final class Inheritance {

    private Inheritance() {}

    /** The class, its superclasses, and then all their interfaces, the nearest first. */
    static Set<Class<?>> lineage(Class<?> type) {
        Set<Class<?>> all = new LinkedHashSet<>();
        for (Class<?> c = type; c != null && c != Object.class; c = c.getSuperclass()) {
            all.add(c);
        }
        List<Class<?>> next = List.copyOf(all);
        while (!next.isEmpty()) {
            next = next.stream().flatMap(c -> Arrays.stream(c.getInterfaces())).toList();
            all.addAll(next);
        }
        return all;
    }

    /** All methods that these declare, overridden ones too. */
    static Stream<Method> methods(Class<?> type) {
        return lineage(type).stream().flatMap(c -> Arrays.stream(c.getDeclaredMethods()));
    }

    /** Whether a method is another one, or stands in for it in a subclass. */
    static boolean replaces(Method method, Method inherited) {
        return replaces(method.getDeclaringClass(), method, inherited);
    }

    /**
     * The same for objects of a class that may itself bring the two together: it extends a class,
     * and implements an interface of which that class knows nothing.
     */
    static boolean replaces(Class<?> type, Method method, Method inherited) {
        if (method.equals(inherited)) {
            return true;
        }
        int modifiers = inherited.getModifiers();
        if (!method.getName().equals(inherited.getName())
                || Modifier.isPrivate(modifiers)
                || Modifier.isStatic(modifiers)) {
            return false;
        }
        // Else the inherited one may be generic: the compiler has added a bridge with its types.
        return isAlike(method, inherited)
                || between(type, method.getDeclaringClass())
                        .flatMap(c -> Arrays.stream(c.getDeclaredMethods()))
                        .filter(bridge -> bridge.isBridge() && isAlike(bridge, inherited))
                        .anyMatch(bridge -> accepts(bridge, method));
    }

    private static boolean isAlike(Method one, Method other) {
        return one.getName().equals(other.getName())
                && Arrays.equals(one.getParameterTypes(), other.getParameterTypes());
    }

    private static Stream<Class<?>> between(Class<?> type, Class<?> declaring) {
        return declaring.isInterface()
                ? Stream.of(declaring)
                : Stream.<Class<?>>iterate(type, c -> c != null, Class::getSuperclass)
                        .filter(declaring::isAssignableFrom);
    }

    /**
     * Whether the compiler hides a method behind one of its own for objects of a class: no
     * interceptor sees that.
     */
    static boolean isBridged(Class<?> type, Method method) {
        Class<?> declaring = method.getDeclaringClass();
        for (Class<?> c = type; c != null && c != declaring; c = c.getSuperclass()) {
            List<Method> alike =
                    Arrays.stream(c.getDeclaredMethods())
                            .filter(m -> m.getName().equals(method.getName()))
                            .toList();
            for (Method bridge : alike) {
                if (bridge.isBridge()
                        && accepts(bridge, method)
                        && alike.stream().noneMatch(m -> !m.isBridge() && accepts(bridge, m))) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether a bridge may call a method, as far as types of parameters tell. */
    private static boolean accepts(Method bridge, Method method) {
        Class<?>[] wide = bridge.getParameterTypes();
        Class<?>[] narrow = method.getParameterTypes();
        return wide.length == narrow.length
                && IntStream.range(0, wide.length)
                        .allMatch(i -> wide[i].isAssignableFrom(narrow[i]));
    }
}
