package io.weir.internal.app;

import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Tells JAX-RS applications that are to load no services, and so not Weir's feature. */
final class JaxRsServices {

    private static final String APPLICATION = "jakarta.ws.rs.core.Application";
    private static final String FEATURE = "io.weir.internal.edge.jaxrs.WeirFeature";

    /** The switches, and the value that turns services off (REST 3.1, 4.1.2; the rest Jersey's). */
    private static final Map<String, String> SWITCHES =
            Map.of(
                    "jakarta.ws.rs.loadServices", "false",
                    "jersey.config.disableMetainfServicesLookup", "true",
                    "jersey.config.disableMetainfServicesLookup.server", "true",
                    "jersey.config.server.disableMetainfServicesLookup", "true");

    private JaxRsServices() {}

    /**
     * Looks for what turns services off where nobody has registered the feature by hand.
     *
     * @param parameters those of each servlet by its name, and of the application by no name
     * @return what was found, as it was written
     */
    static Optional<String> turnedOff(
            Map<String, Map<String, String>> parameters, ClassLoader loader) {
        for (Map.Entry<String, Map<String, String>> servlet : parameters.entrySet()) {
            List<Map<?, ?>> places = new ArrayList<>();
            places.add(servlet.getValue());
            places.add(parameters.getOrDefault("", Map.of()));
            Object application = application(servlet, loader);
            if (application != null) {
                places.add((Map<?, ?>) ask(application, "getProperties"));
            }
            Optional<String> found = places.stream().flatMap(JaxRsServices::off).findFirst();
            if (found.isPresent() && !isRegistered(application, places)) {
                return application == null
                        ? found
                        : found.map(off -> off + " of " + application.getClass().getName());
            }
        }
        return Optional.empty();
    }

    private static Stream<String> off(Map<?, ?> properties) {
        return SWITCHES.entrySet().stream()
                .filter(s -> s.getValue().equals(String.valueOf(properties.get(s.getKey()))))
                .map(s -> s.getKey() + "=" + s.getValue());
    }

    private static boolean isRegistered(@Nullable Object application, List<Map<?, ?>> places) {
        return places.stream()
                        .flatMap(place -> place.values().stream())
                        .anyMatch(value -> String.valueOf(value).contains(FEATURE))
                || (application != null
                        && Stream.of("getClasses", "getSingletons")
                                .flatMap(of -> ((Collection<?>) ask(application, of)).stream())
                                .map(one -> one instanceof Class<?> type ? type : one.getClass())
                                .anyMatch(type -> type.getName().equals(FEATURE)));
    }

    /** A servlet of JAX-RS is named like its application, or has its name in a parameter. */
    private static @Nullable Object application(
            Map.Entry<String, Map<String, String>> servlet, ClassLoader loader) {
        return Stream.of(
                        servlet.getKey(),
                        servlet.getValue().getOrDefault("jakarta.ws.rs.Application", ""))
                .flatMap(name -> made(name, loader).stream())
                .findFirst()
                .orElse(null);
    }

    /** Made once more than JAX-RS does, and only if it has anything to say. */
    private static Optional<Object> made(String name, ClassLoader loader) {
        try {
            Class<?> type = Class.forName(name, false, loader);
            return api().isAssignableFrom(type)
                            && type.getMethod("getProperties").getDeclaringClass() != api()
                    ? Optional.of(type.getDeclaredConstructor().newInstance())
                    : Optional.empty();
        } catch (ReflectiveOperationException | LinkageError | RuntimeException e) {
            return Optional.empty(); // no class, or one that needs what only JAX-RS has
        }
    }

    private static Class<?> api() throws ClassNotFoundException {
        return Class.forName(APPLICATION, false, JaxRsServices.class.getClassLoader());
    }

    private static Object ask(Object application, String method) {
        try {
            return api().getMethod(method).invoke(application);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(application.getClass().getName(), e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e); // it was made, so its interface is there
        }
    }
}
