package io.weir.internal.edge.cdi;

import io.weir.CostResolver;
import io.weir.DecisionListener;
import io.weir.KeyResolver;
import io.weir.PlanResolver;
import io.weir.RateLimited;
import io.weir.RefusalResponse;
import io.weir.WeirRedis;
import io.weir.internal.app.Scan;
import io.weir.internal.policy.ProblemCode;
import io.weir.internal.policy.Problems;
import jakarta.enterprise.inject.Specializes;
import jakarta.enterprise.inject.spi.Annotated;
import jakarta.enterprise.inject.spi.AnnotatedMethod;
import jakarta.enterprise.inject.spi.AnnotatedType;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.Decorator;
import jakarta.enterprise.inject.spi.Interceptor;
import jakarta.enterprise.inject.spi.ProcessBean;
import jakarta.enterprise.inject.spi.ProcessManagedBean;
import jakarta.enterprise.inject.spi.ProcessProducerField;
import jakarta.enterprise.inject.spi.ProcessProducerMethod;
import jakarta.enterprise.inject.spi.ProcessSyntheticBean;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What CDI tells of an application. It finds classes first, and later says which of them are beans:
 * the others it does not intercept.
 */
final class Discovery {

    /** What beans do for a limiter. Two of the types may not be there. */
    private static final Set<String> PORTS =
            Set.of(
                    KeyResolver.class.getName(),
                    CostResolver.class.getName(),
                    PlanResolver.class.getName(),
                    DecisionListener.class.getName(),
                    RefusalResponse.class.getName(),
                    "io.micrometer.core.instrument.MeterRegistry",
                    "io.opentelemetry.api.OpenTelemetry");

    private static final Set<Class<?>> LIMITS = Set.of(RateLimited.class, RateLimited.List.class);

    private final Scan scan = new Scan();
    private final Loaders loaders = new Loaders();
    private final Set<Class<?>> specialized = new HashSet<>();
    private final Set<Class<?>> synthetic = new LinkedHashSet<>();
    private final Set<Class<?>> unseen = new LinkedHashSet<>();
    private final Map<Class<?>, List<String>> added = new LinkedHashMap<>();
    private final List<Producer> producers = new ArrayList<>();
    private final List<Bean<?>> offered = new ArrayList<>();

    Scan scan() {
        return scan;
    }

    Loaders loaders() {
        return loaders;
    }

    /**
     * A class that may become a bean.
     *
     * @return its methods that are to be intercepted
     */
    Set<Method> type(Class<?> type) {
        loaders.add(type);
        if (loaders.isBlind(type)) {
            unseen.add(type);
        }
        return scan.discovered(type);
    }

    /** An enabled bean; a session bean is a managed one here too. */
    void bean(ProcessBean<?> event) {
        Bean<?> bean = event.getBean();
        if (isOffered(bean)) {
            offered.add(bean);
        }
        if (bean instanceof Decorator<?> || bean instanceof Interceptor<?>) {
            return; // CDI calls them, and does not intercept them
        }
        if (event instanceof ProcessManagedBean<?> managed) {
            Class<?> type = bean.getBeanClass();
            scan.bean(type);
            List<String> places = added(managed.getAnnotatedBeanClass());
            if (!places.isEmpty()) {
                added.put(type, places);
            }
            for (Class<?> c = type; c != null && c.isAnnotationPresent(Specializes.class); ) {
                c = c.getSuperclass();
                specialized.add(c);
            }
        } else if (event instanceof ProcessProducerMethod<?, ?> producer) {
            producers.add(new Producer(producer.getAnnotatedProducerMethod().getJavaMember()));
        } else if (event instanceof ProcessProducerField<?, ?> producer) {
            producers.add(new Producer(producer.getAnnotatedProducerField().getJavaMember()));
        } else if (event instanceof ProcessSyntheticBean<?>) {
            for (Type type : bean.getTypes()) {
                if (type instanceof Class<?> port && port.isInterface() && scan.isLimited(port)) {
                    synthetic.add(port);
                }
            }
        }
    }

    /** Where extensions have added limits, which nobody reads. */
    private List<String> added(AnnotatedType<?> type) {
        String name = type.getJavaClass().getName();
        List<String> places = new ArrayList<>();
        if (isAdded(type, type.getJavaClass())) {
            places.add(name);
        }
        for (AnnotatedMethod<?> method : type.getMethods()) {
            if (isAdded(method, method.getJavaMember())) {
                places.add(name + "." + method.getJavaMember().getName() + "()");
            }
        }
        return places;
    }

    private boolean isAdded(Annotated told, AnnotatedElement written) {
        return told.getAnnotations().stream()
                .map(Annotation::annotationType)
                .filter(annotation -> !written.isAnnotationPresent(annotation))
                .anyMatch(annotation -> LIMITS.contains(annotation) || scan.isLimited(annotation));
    }

    private static boolean isOffered(Bean<?> bean) {
        return bean.getQualifiers().stream().anyMatch(q -> q instanceof WeirRedis)
                || bean.getTypes().stream().map(Type::getTypeName).anyMatch(PORTS::contains);
    }

    /** What the application provides for its limiter. */
    Stream<Bean<?>> offered() {
        return offered.stream();
    }

    /** Whether another bean stands in for it, so that nobody calls it. */
    boolean isSpecialized(Class<?> type) {
        return specialized.contains(type);
    }

    /** Adds what nobody would intercept: what is produced, made by others, or not even seen. */
    void check(Predicate<Class<?>> holds, Problems problems) {
        for (Producer producer : producers) {
            if (holds.test(producer.member().getDeclaringClass())) {
                producer.check(scan, problems);
            }
        }
        for (Class<?> type : synthetic) {
            if (holds.test(type)) {
                problems.add(
                        ProblemCode.PRODUCED,
                        scan.isResource(type),
                        type.getName(),
                        "an interface whose object comes from an extension of CDI, as a client of"
                                + " MicroProfile REST Client does",
                        Optional.empty());
            }
        }
        added.forEach(
                (type, places) -> {
                    for (String place : holds.test(type) ? places : List.<String>of()) {
                        String given = "an annotation that an extension of CDI has added";
                        problems.add(ProblemCode.ADDED_BY_CODE, place, given);
                    }
                });
        for (Class<?> type : unseen) {
            if (holds.test(type)) {
                String given = "@RateLimited, which its class loader does not find";
                problems.add(ProblemCode.LIBRARY_UNSEEN, type.getName(), given);
            }
        }
    }

    /**
     * A producer method or field. CDI does not intercept what the application's own code has made.
     *
     * @param member the method or field
     */
    private record Producer(Member member) {

        /** What is produced, as far as a deployment can know. */
        private Class<?> product() {
            return member instanceof Method method
                    ? method.getReturnType()
                    : ((Field) member).getType();
        }

        /**
         * Adds what is limited and made by the application; with {@code @EJB} a container made it.
         */
        void check(Scan scan, Problems problems) {
            if (!isEjb((AnnotatedElement) member) && scan.hasDemands(product())) {
                String owner = member.getDeclaringClass().getName();
                String where =
                        owner + "." + member.getName() + (member instanceof Method ? "()" : "");
                String given = "a producer of " + product().getName();
                problems.add(ProblemCode.PRODUCED, mayHandOn(), where, given, Optional.empty());
            }
        }

        /** Whether it may hand on an object that was injected, and that is limited. */
        private boolean mayHandOn() {
            Class<?> owner = member.getDeclaringClass();
            Stream<Type> fields =
                    Arrays.stream(owner.getDeclaredFields())
                            .filter(f -> f.isAnnotationPresent(Inject.class) || isEjb(f))
                            .map(Field::getGenericType);
            Stream<Type> parameters =
                    Arrays.stream(owner.getDeclaredConstructors())
                            .filter(c -> c.isAnnotationPresent(Inject.class))
                            .map(Constructor::getGenericParameterTypes)
                            .flatMap(Arrays::stream);
            Stream<Type> own =
                    member instanceof Method method
                            ? Arrays.stream(method.getGenericParameterTypes())
                            : Stream.empty();
            return Stream.of(fields, parameters, own).flatMap(s -> s).anyMatch(this::gives);
        }

        private boolean gives(Type injected) {
            if (injected instanceof ParameterizedType generic
                    && generic.getRawType() instanceof Class<?> raw
                    && Provider.class.isAssignableFrom(raw)) {
                return gives(generic.getActualTypeArguments()[0]);
            }
            return injected instanceof Class<?> type && product().isAssignableFrom(type);
        }

        private static boolean isEjb(AnnotatedElement element) {
            return Scan.isAnnotated(element, Set.of("jakarta.ejb.EJB"));
        }
    }
}
