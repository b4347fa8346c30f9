package io.weir.internal.edge.cdi;

import jakarta.enterprise.inject.Specializes;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.Decorator;
import jakarta.enterprise.inject.spi.Interceptor;
import jakarta.enterprise.inject.spi.ProcessBean;
import jakarta.enterprise.inject.spi.ProcessManagedBean;
import jakarta.enterprise.inject.spi.ProcessProducerField;
import jakarta.enterprise.inject.spi.ProcessProducerMethod;
import jakarta.enterprise.inject.spi.ProcessSyntheticBean;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What CDI tells of the annotated classes. It finds classes first, and later says which of them are
 * beans: the others it does not intercept.
 */
final class Discovery {

    private final Map<Class<?>, List<Found>> types = new LinkedHashMap<>();
    private final Map<Class<?>, Boolean> speaking = new HashMap<>();
    private final Set<Class<?>> managed = new HashSet<>();
    private final Set<Class<?>> specialized = new HashSet<>();
    private final Set<Class<?>> synthetic = new LinkedHashSet<>();
    private final List<Producer> producers = new ArrayList<>();
    private final List<Bean<?>> offered = new ArrayList<>();
    private final Set<Class<?>> unseen = new LinkedHashSet<>();
    private final Loaders loaders;
    private final @Nullable Predicate<Class<?>> part;

    /** Of all that there is. */
    Discovery() {
        this(new Loaders(), null);
    }

    private Discovery(Loaders loaders, @Nullable Predicate<Class<?>> part) {
        this.loaders = loaders;
        this.part = part;
    }

    /**
     * What belongs to one module of the application.
     *
     * @param part whether it has a class
     */
    Discovery of(Predicate<Class<?>> part) {
        Discovery of = new Discovery(loaders, part);
        types.forEach((type, found) -> of.put(type, found));
        of.managed.addAll(managed);
        of.specialized.addAll(specialized);
        synthetic.stream().filter(part).forEach(of.synthetic::add);
        unseen.stream().filter(part).forEach(of.unseen::add);
        producers.stream()
                .filter(producer -> part.test(producer.member().getDeclaringClass()))
                .forEach(of.producers::add);
        offered.stream().filter(bean -> part.test(bean.getBeanClass())).forEach(of.offered::add);
        return of;
    }

    private void put(Class<?> type, List<Found> found) {
        if (holds(type)) {
            types.put(type, found);
        }
    }

    boolean isPart() {
        return part != null;
    }

    boolean holds(Class<?> type) {
        return part == null || part.test(type);
    }

    /** A bean of another module, which limits it. */
    boolean isOfAnother(Class<?> type) {
        return !holds(type) && managed.contains(type);
    }

    Loaders loaders() {
        return loaders;
    }

    /** Classes with annotations of a library that is not there for them. */
    Set<Class<?>> unseen() {
        return unseen;
    }

    /**
     * A class that may become a bean.
     *
     * @return what is demanded of its methods
     */
    List<Found> type(Class<?> type) {
        loaders.add(type);
        if (loaders.isBlind(type)) {
            unseen.add(type);
        }
        if (type.isInterface() || Modifier.isAbstract(type.getModifiers()) || !isLimited(type)) {
            return List.of(); // its methods are found with the classes that can be instantiated
        }
        List<Found> found = Found.in(type);
        types.put(type, found);
        return found;
    }

    /** Most classes of an application are not, and are looked at once. */
    private boolean isLimited(Class<?> type) {
        try {
            return Annotations.lineage(type).stream()
                    .anyMatch(c -> speaking.computeIfAbsent(c, Annotations::speaks));
        } catch (LinkageError e) { // a class of others that needs what is not here
            return false;
        }
    }

    /** Whether a bean inherits from a class or an interface. */
    boolean hasHeirOf(Class<?> type) {
        return managed.stream().anyMatch(type::isAssignableFrom);
    }

    /** An enabled bean; a session bean is a managed one here too. */
    void bean(ProcessBean<?> event) {
        if (CdiBeans.isOffered(event.getBean())) {
            offered.add(event.getBean());
        }
        if (event.getBean() instanceof Decorator<?> || event.getBean() instanceof Interceptor<?>) {
            return; // CDI calls them, and does not intercept them
        }
        if (event instanceof ProcessManagedBean<?>) {
            Class<?> type = event.getBean().getBeanClass();
            managed.add(type);
            for (Class<?> c = type; c != null && c.isAnnotationPresent(Specializes.class); ) {
                c = c.getSuperclass();
                specialized.add(c);
            }
        } else if (event instanceof ProcessProducerMethod<?, ?> producer) {
            producers.add(new Producer(producer.getAnnotatedProducerMethod().getJavaMember()));
        } else if (event instanceof ProcessProducerField<?, ?> producer) {
            producers.add(new Producer(producer.getAnnotatedProducerField().getJavaMember()));
        } else if (event instanceof ProcessSyntheticBean<?>) {
            for (Type type : event.getBean().getTypes()) {
                if (type instanceof Class<?> port && port.isInterface() && isLimited(port)) {
                    synthetic.add(port);
                }
            }
        }
    }

    /** Annotated interfaces whose objects come from an extension: nobody is to intercept them. */
    Set<Class<?>> synthetic() {
        return synthetic;
    }

    /** What the application provides for its limiter. */
    List<Bean<?>> offered() {
        return offered;
    }

    /** What is demanded of beans. */
    List<Found> managed() {
        List<Found> found = new ArrayList<>();
        types.forEach(
                (type, ofType) -> {
                    if (managed.contains(type)) {
                        found.addAll(ofType);
                    }
                });
        return found;
    }

    /** The annotated classes that are no beans. */
    Set<Class<?>> unmanaged() {
        Set<Class<?>> rest = new LinkedHashSet<>(types.keySet());
        rest.removeAll(managed);
        return rest;
    }

    /** Whether another bean stands in for it, so that nobody calls it. */
    boolean isSpecialized(Class<?> type) {
        return specialized.contains(type);
    }

    List<Producer> producers() {
        return producers;
    }
}
