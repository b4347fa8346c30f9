package io.weir.internal.edge.cdi;

import io.weir.internal.app.ByName;
import io.weir.internal.app.Scan;
import io.weir.internal.policy.ProblemCode;
import io.weir.internal.policy.Problems;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A producer method or field. CDI does not intercept what the application's own code has made.
 *
 * @param member the method or field
 */
record Producer(Member member) {

    /** What is produced, as far as a deployment can know. */
    private Class<?> product() {
        return member instanceof Method method
                ? method.getReturnType()
                : ((Field) member).getType();
    }

    /** Adds what is limited and made by the application; with {@code @EJB} a container made it. */
    void check(Scan scan, Problems problems) {
        if (!isEjb((AnnotatedElement) member) && scan.hasDemands(product())) {
            problems.add(
                    ProblemCode.PRODUCED,
                    mayHandOn(),
                    member.getDeclaringClass().getName()
                            + "."
                            + member.getName()
                            + (member instanceof Method ? "()" : ""),
                    "a producer of " + product().getName(),
                    Optional.empty());
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
        return ByName.isAnnotated(element, Set.of("jakarta.ejb.EJB"));
    }
}
