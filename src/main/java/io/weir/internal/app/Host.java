package io.weir.internal.app;

import io.weir.DecisionListener;
import io.weir.RefusalResponse;
import io.weir.internal.observe.Meters;
import io.weir.internal.observe.MicrometerMeters;
import io.weir.internal.observe.OpenTelemetryMeters;
import io.weir.internal.policy.Problems;
import java.security.Principal;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What an edge knows of a module of an application: where its classes and settings are, and what
 * beans it has. By default it is all of the application, and has none.
 */
public interface Host {

    /** Finds its classes and its configuration. */
    ClassLoader loader();

    /** They find the files of its own settings. */
    default List<ClassLoader> loaders() {
        return List.of(loader());
    }

    /** They find those of these files that it shares with other modules. */
    default List<ClassLoader> shared() {
        return List.of();
    }

    /** What it is called where no web application starts it. */
    default Optional<String> name() {
        return Optional.empty();
    }

    /** Whether anything can be a bean. */
    default boolean hasCdi() {
        return false;
    }

    /** Whether a class belongs to this module. */
    default boolean holds(Class<?> type) {
        return true;
    }

    /** Whether another bean stands in for a class, or none is selected: nobody calls it. */
    default boolean isIdle(Class<?> type) {
        return false;
    }

    /** Adds what is wrong with what only CDI knows. */
    default void check(Problems problems) {}

    /** A bean by its {@code @Named} name. */
    default <T> Optional<T> named(Class<T> type, String name) {
        return Optional.empty();
    }

    /** The application's own answers. */
    default Optional<RefusalResponse> answers(Problems problems) {
        return Optional.empty();
    }

    /** Who wants to see each decision. */
    default List<DecisionListener> listeners() {
        return List.of();
    }

    /** The application's own client of Redis. */
    default Optional<OwnRedisson> redisson(Problems problems) {
        return Optional.empty();
    }

    /** Where measurements are collected; asked only where there is Micrometer. */
    default Optional<Meters> micrometer() {
        return Optional.of(MicrometerMeters.global());
    }

    /** Where they are collected, too; asked only where there is OpenTelemetry. */
    default Meters openTelemetry() {
        return OpenTelemetryMeters.global();
    }

    /** The caller of the current enterprise bean; asked only where there are such beans. */
    Optional<Principal> ejbCaller();

    /** Whether he has a role; asked only where there are such beans. */
    boolean isEjbCallerIn(String role);

    /** Makes an application's own client of Redis, or looks it up; failing as its producer does. */
    interface OwnRedisson extends Supplier<Object>, AutoCloseable {

        /** Gives back what it has made. */
        @Override
        void close();
    }
}
