package io.weir.internal.edge.cdi;

import io.weir.CostResolver;
import io.weir.DecisionListener;
import io.weir.KeyResolver;
import io.weir.RefusalResponse;
import io.weir.WeirRedis;
import io.weir.internal.observe.Listeners;
import io.weir.internal.observe.Meters;
import io.weir.internal.policy.ProblemCode;
import io.weir.internal.policy.Problems;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.AmbiguousResolutionException;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.literal.NamedLiteral;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.BeanManager;
import java.lang.annotation.Annotation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Beans of CDI.
 *
 * @param manager of the archive that the library is in
 * @param discovery has all of them, as they were found: on Payara that archive sees no beans of
 *     {@code WEB-INF/classes}
 * @param place of the module whose beans they are
 */
record CdiBeans(BeanManager manager, Discovery discovery, Place place) implements Beans {

    /** Whether a bean may be one of them. */
    static boolean isOffered(Bean<?> bean) {
        return bean.getQualifiers().stream().anyMatch(q -> q instanceof WeirRedis)
                || Stream.of(
                                KeyResolver.class,
                                CostResolver.class,
                                DecisionListener.class,
                                RefusalResponse.class)
                        .anyMatch(bean.getTypes()::contains);
    }

    @Override
    public ProblemCode missing() {
        return ProblemCode.BEAN_MISSING;
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
            problems.add(
                    ProblemCode.ANSWERS_AMBIGUOUS,
                    "RefusalResponse",
                    beans.stream()
                            .map(bean -> bean.getBeanClass().getName())
                            .sorted()
                            .collect(Collectors.joining(" and ")));
            return Optional.empty();
        }
    }

    @Override
    public Listeners listeners() {
        List<DecisionListener> listeners = new ArrayList<>();
        for (Bean<?> bean : resolvable(DecisionListener.class, Any.Literal.INSTANCE)) {
            listeners.add(instance(DecisionListener.class, bean));
        }
        return new Listeners(listeners);
    }

    @Override
    public @Nullable Meters meters() {
        return Blueprint.isPresent("io.micrometer.core.instrument.MeterRegistry")
                ? Registries.meters(manager)
                : null;
    }

    @Override
    public Optional<OwnRedisson> redisson(Problems problems) {
        return OwnRedisson.in(this, problems);
    }

    @Override
    public boolean isAlternative(Class<?> type) {
        return isAlternative(Arrays.asList(type.getAnnotations()));
    }

    private boolean isAlternative(Collection<Annotation> annotations) {
        return annotations.stream()
                .map(Annotation::annotationType)
                .anyMatch(
                        a ->
                                a == Alternative.class
                                        || (manager.isStereotype(a)
                                                && isAlternative(
                                                        manager.getStereotypeDefinition(a))));
    }

    /** The beans of a type and a qualifier, of which the manager may still have to choose one. */
    @SuppressWarnings("unchecked") // all of them have this type
    <T> Set<Bean<? extends T>> resolvable(Class<T> type, Annotation qualifier) {
        Set<Bean<?>> seen = new HashSet<>(manager.getBeans(type, qualifier));
        seen.removeIf(bean -> !discovery.holds(bean.getBeanClass()));
        if (seen.isEmpty() || discovery.isPart()) {
            discovery.offered().stream()
                    .filter(b -> b.getTypes().contains(type))
                    .filter(b -> b.getQualifiers().contains(qualifier))
                    .forEach(seen::add);
        }
        return (Set<Bean<? extends T>>) (Set<?>) seen;
    }

    private <T> T instance(Class<T> type, Bean<?> bean) {
        return type.cast(manager.getReference(bean, type, manager.createCreationalContext(bean)));
    }
}
