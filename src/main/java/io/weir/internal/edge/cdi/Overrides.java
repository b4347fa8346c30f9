package io.weir.internal.edge.cdi;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.stream.Stream;

/** Tells which method a call of an inherited one reaches. */
final class Overrides {

    private Overrides() {}

    /** Whether a method stands in for one of a superclass or an interface. */
    static boolean replaces(Method method, Method inherited) {
        return replaces(method.getDeclaringClass(), method, inherited);
    }

    /**
     * The same for objects of a class that may itself bring the two together: it extends a class,
     * and implements an interface of which that class knows nothing.
     */
    static boolean replaces(Class<?> type, Method method, Method inherited) {
        int modifiers = inherited.getModifiers();
        if (!method.getName().equals(inherited.getName())
                || Modifier.isPrivate(modifiers)
                || Modifier.isStatic(modifiers)) {
            return false;
        }
        if (Arrays.equals(method.getParameterTypes(), inherited.getParameterTypes())) {
            return true;
        }
        // The inherited one is generic: the compiler has added one with its types that calls this.
        return between(type, method.getDeclaringClass())
                .flatMap(c -> Arrays.stream(c.getDeclaredMethods()))
                .anyMatch(
                        bridge ->
                                bridge.isBridge()
                                        && bridge.getName().equals(method.getName())
                                        && Arrays.equals(
                                                bridge.getParameterTypes(),
                                                inherited.getParameterTypes())
                                        && accepts(bridge, method));
    }

    private static Stream<Class<?>> between(Class<?> type, Class<?> declaring) {
        return declaring.isInterface()
                ? Stream.of(declaring)
                : Stream.<Class<?>>iterate(type, c -> c != null, Class::getSuperclass)
                        .filter(declaring::isAssignableFrom);
    }

    /** Whether a bridge may call a method, as far as types of parameters tell. */
    static boolean accepts(Method bridge, Method method) {
        Class<?>[] wide = bridge.getParameterTypes();
        Class<?>[] narrow = method.getParameterTypes();
        if (wide.length != narrow.length) {
            return false;
        }
        for (int i = 0; i < wide.length; i++) {
            if (!wide[i].isAssignableFrom(narrow[i])) {
                return false;
            }
        }
        return true;
    }
}
