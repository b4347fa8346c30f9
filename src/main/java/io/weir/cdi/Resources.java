package io.weir.cdi;

import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;

/** Tells JAX-RS resources; loaded only where JAX-RS is. */
final class Resources {

    private Resources() {}

    /** An abstract class is one if its heirs may be. */
    static boolean isResource(Class<?> type, List<Found> found) {
        return isResource(type)
                || (Modifier.isAbstract(type.getModifiers())
                        && found.stream().anyMatch(Resources::isResourceMethod));
    }

    private static boolean isResource(Class<?> type) {
        for (Class<?> c = type; c != null; c = c.getSuperclass()) {
            if (c.isAnnotationPresent(Path.class)) {
                return true;
            }
            for (Class<?> i : c.getInterfaces()) {
                if (i.isAnnotationPresent(Path.class)) {
                    return true;
                }
            }
        }
        return false;
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
}
