package io.weir.cdi;

import jakarta.ws.rs.Path;

/** Tells JAX-RS resources; loaded only where JAX-RS is. */
final class Resources {

    private Resources() {}

    static boolean isResource(Class<?> type) {
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
}
