package io.weir.internal.edge.cdi;

import jakarta.ws.rs.core.Application;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tells JAX-RS applications that are to load no services, and so not Weir's feature; loaded only
 * where JAX-RS is.
 */
final class Services {

    private static final String FEATURE = "io.weir.internal.edge.jaxrs.WeirFeature";

    /** The switches, and the value that turns services off (REST 3.1, 4.1.2; the rest Jersey's). */
    private static final Map<String, String> SWITCHES =
            Map.of(
                    "jakarta.ws.rs.loadServices", "false",
                    "jersey.config.disableMetainfServicesLookup", "true",
                    "jersey.config.disableMetainfServicesLookup.server", "true",
                    "jersey.config.server.disableMetainfServicesLookup", "true");

    private Services() {}

    /**
     * Looks for what turns services off where nobody has registered the feature by hand.
     *
     * @param parameters those of each servlet by its name, and of the application by no name
     * @return what was found, as it was written
     */
    static Optional<String> turnedOff(
            Map<String, Map<String, String>> parameters, ClassLoader loader) {
        for (Map.Entry<String, Map<String, String>> servlet : parameters.entrySet()) {
            List<Map<String, ?>> places = new ArrayList<>();
            places.add(servlet.getValue());
            places.add(parameters.getOrDefault("", Map.of()));
            Application application = application(servlet, loader).orElse(null);
            if (application != null) {
                places.add(application.getProperties());
            }
            Optional<String> found = places.stream().flatMap(Services::off).findFirst();
            if (found.isPresent() && !isRegistered(application, places)) {
                return Optional.of(
                        application == null
                                ? found.get()
                                : found.get() + " of " + application.getClass().getName());
            }
        }
        return Optional.empty();
    }

    private static Stream<String> off(Map<String, ?> properties) {
        return SWITCHES.entrySet().stream()
                .filter(s -> s.getValue().equals(String.valueOf(properties.get(s.getKey()))))
                .map(s -> s.getKey() + "=" + s.getValue());
    }

    private static boolean isRegistered(
            @Nullable Application application, List<Map<String, ?>> places) {
        return places.stream()
                        .flatMap(place -> place.values().stream())
                        .anyMatch(value -> String.valueOf(value).contains(FEATURE))
                || (application != null
                        && Stream.concat(
                                        application.getClasses().stream(),
                                        application.getSingletons().stream().map(Object::getClass))
                                .anyMatch(type -> type.getName().equals(FEATURE)));
    }

    /** A servlet of JAX-RS is named like its application, or has its name in a parameter. */
    private static Optional<Application> application(
            Map.Entry<String, Map<String, String>> servlet, ClassLoader loader) {
        return Stream.of(
                        servlet.getKey(),
                        servlet.getValue().getOrDefault("jakarta.ws.rs.Application", ""))
                .flatMap(name -> made(name, loader).stream())
                .findFirst();
    }

    /** Made once more than JAX-RS does, and only if it has anything to say. */
    private static Optional<Application> made(String name, ClassLoader loader) {
        try {
            Class<?> type = Class.forName(name, false, loader);
            return Application.class.isAssignableFrom(type)
                            && type.getMethod("getProperties").getDeclaringClass()
                                    != Application.class
                    ? Optional.of((Application) type.getDeclaredConstructor().newInstance())
                    : Optional.empty();
        } catch (ReflectiveOperationException | LinkageError | RuntimeException e) {
            return Optional.empty(); // no class, or one that needs what only JAX-RS has
        }
    }
}
