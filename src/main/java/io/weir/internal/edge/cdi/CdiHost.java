package io.weir.internal.edge.cdi;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import io.opentelemetry.api.OpenTelemetry;
import io.weir.DecisionListener;
import io.weir.RefusalResponse;
import io.weir.internal.app.Host;
import io.weir.internal.edge.lookup.Lookup;
import io.weir.internal.observe.Meters;
import io.weir.internal.observe.MicrometerMeters;
import io.weir.internal.observe.OpenTelemetryMeters;
import io.weir.internal.policy.ProblemCode;
import io.weir.internal.policy.Problems;
import jakarta.enterprise.context.spi.CreationalContext;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.AmbiguousResolutionException;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Default;
import jakarta.enterprise.inject.literal.NamedLiteral;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.BeanManager;
import java.lang.annotation.Annotation;
import java.security.Principal;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A module of an application with CDI.
 *
 * @param manager of the archive that the library is in
 * @param discovery has all beans, as they were found: on Payara that archive sees none of {@code
 *     WEB-INF/classes}
 * @param loader of the module's classes
 * @param ear the name of the EAR whose modules share the library; empty for an application that is
 *     one module
 */
record CdiHost(BeanManager manager, Discovery discovery, ClassLoader loader, Optional<String> ear)
        implements Host {

    /** Of the EAR, for its EJB jars. */
    private boolean isEars() {
        return ear.isPresent() && loader == Library.LOADER;
    }

    @Override
    public List<ClassLoader> loaders() {
        return isEars() ? discovery.loaders().shared() : List.of(loader);
    }

    @Override
    public List<ClassLoader> shared() {
        return ear.isEmpty() || isEars() ? List.of() : discovery.loaders().shared();
    }

    @Override
    public Optional<String> name() {
        return isEars() ? ear : Optional.empty();
    }

    @Override
    public boolean hasCdi() {
        return true;
    }

    @Override
    public boolean holds(Class<?> type) {
        ClassLoader its = type.getClassLoader();
        if (isEars()) {
            return !discovery.loaders().isWeb(its);
        }
        return ear.isEmpty() || its == loader || its == Library.LOADER;
    }

    @Override
    public boolean isIdle(Class<?> type) {
        return discovery.isSpecialized(type) || isAlternative(Arrays.asList(type.getAnnotations()));
    }

    private boolean isAlternative(Collection<Annotation> annotations) {
        return annotations.stream()
                .map(Annotation::annotationType)
                .anyMatch(this::makesAlternative);
    }

    /** A stereotype may bring it along. */
    private boolean makesAlternative(Class<? extends Annotation> type) {
        return type == Alternative.class
                || (manager.isStereotype(type)
                        && isAlternative(manager.getStereotypeDefinition(type)));
    }

    @Override
    public void check(Problems problems) {
        discovery.check(this::holds, problems);
    }

    @Override
    public <T> Optional<T> named(Class<T> type, String name) {
        return Optional.ofNullable(manager.resolve(resolvable(type, NamedLiteral.of(name))))
                .map(bean -> instance(type, bean));
    }

    @Override
    public Optional<RefusalResponse> answers(Problems problems) {
        Set<Bean<? extends RefusalResponse>> beans =
                resolvable(RefusalResponse.class, Any.Literal.INSTANCE);
        try {
            return Optional.ofNullable(manager.resolve(beans))
                    .map(bean -> instance(RefusalResponse.class, bean));
        } catch (AmbiguousResolutionException e) {
            String all =
                    beans.stream()
                            .map(bean -> bean.getBeanClass().getName())
                            .sorted()
                            .collect(Collectors.joining(" and "));
            problems.add(ProblemCode.ANSWERS_AMBIGUOUS, "RefusalResponse", all);
            return Optional.empty();
        }
    }

    @Override
    public List<DecisionListener> listeners() {
        return resolvable(DecisionListener.class, Any.Literal.INSTANCE).stream()
                .<DecisionListener>map(bean -> instance(DecisionListener.class, bean))
                .toList();
    }

    @Override
    public Optional<Meters> micrometer() {
        return Micrometer.meters(this);
    }

    @Override
    public Meters openTelemetry() {
        return Telemetry.meters(this);
    }

    @Override
    public Optional<Host.OwnRedisson> redisson(Problems problems) {
        return OwnRedissonBean.in(this, problems);
    }

    @Override
    public Optional<Principal> ejbCaller() {
        return Lookup.ejbCaller();
    }

    @Override
    public boolean isEjbCallerIn(String role) {
        return Lookup.isEjbCallerIn(role);
    }

    /** The beans of a type and a qualifier, of which the manager may still have to choose one. */
    @SuppressWarnings("unchecked") // all of them have this type
    <T> Set<Bean<? extends T>> resolvable(Class<T> type, Annotation qualifier) {
        Set<Bean<?>> seen = new HashSet<>(manager.getBeans(type, qualifier));
        seen.removeIf(bean -> !holds(bean.getBeanClass()));
        if (seen.isEmpty() || ear.isPresent()) {
            discovery
                    .offered()
                    .filter(b -> holds(b.getBeanClass()))
                    .filter(b -> b.getTypes().contains(type))
                    .filter(b -> b.getQualifiers().contains(qualifier))
                    .forEach(seen::add);
        }
        return (Set<Bean<? extends T>>) (Set<?>) seen;
    }

    private <T> T instance(Class<T> type, Bean<?> bean) {
        return type.cast(manager.getReference(bean, type, manager.createCreationalContext(bean)));
    }

    /**
     * A bean of a type: itself, not the proxy of a scoped one, for it is told of the end when its
     * scope has ended. Null if there is none.
     */
    private <T> @Nullable T itself(Class<T> type) {
        Bean<?> seen = manager.resolve(manager.getBeans(type)); // the server's, too
        Bean<?> bean =
                seen == null ? manager.resolve(resolvable(type, Default.Literal.INSTANCE)) : seen;
        return bean == null ? null : type.cast(itself(bean));
    }

    private <T> T itself(Bean<T> bean) {
        CreationalContext<T> creation = manager.createCreationalContext(bean);
        return manager.getContext(bean.getScope()).get(bean, creation);
    }

    /** Finds the registry of Micrometer; loaded only where that is there. */
    private static final class Micrometer {

        private static final System.Logger LOG = System.getLogger("io.weir");

        private Micrometer() {}

        /** Of the registry that is a CDI bean, else of the one that is global. */
        static Optional<Meters> meters(CdiHost host) {
            try {
                MeterRegistry own = host.itself(MeterRegistry.class);
                return Optional.of(
                        new MicrometerMeters(own == null ? Metrics.globalRegistry : own));
            } catch (RuntimeException | LinkageError e) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "The MeterRegistry cannot be used: nothing is counted in Micrometer",
                        e);
                return Optional.empty();
            }
        }
    }

    /** Finds OpenTelemetry; loaded only where that is there. */
    private static final class Telemetry {

        private static final System.Logger LOG = System.getLogger("io.weir");

        private Telemetry() {}

        /** Of the instance that is a CDI bean, else of the one that is global. */
        static Meters meters(CdiHost host) {
            try {
                return new OpenTelemetryMeters(host.itself(OpenTelemetry.class));
            } catch (RuntimeException | LinkageError e) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "The bean of type OpenTelemetry cannot be used, only the global one",
                        e);
                return OpenTelemetryMeters.global();
            }
        }
    }
}
