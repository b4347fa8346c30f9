package io.weir.internal.edge.cdi;

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
import java.util.stream.Stream;

/**
 * A producer method or field. CDI does not intercept what the application's own code has made.
 *
 * @param member the method or field
 */
record Producer(Member member) {

    /** What is produced, as far as a deployment can know. */
    Class<?> product() {
        return member instanceof Method method
                ? method.getReturnType()
                : ((Field) member).getType();
    }

    /** Whether anything in the class of the product asks to be limited. */
    boolean producesLimited() {
        try {
            return !Found.in(product()).isEmpty();
        } catch (LinkageError e) { // a class of others that needs what is not here
            return false;
        }
    }

    /** A container made what is produced: {@code @Produces @EJB}. */
    boolean isContainers() {
        return isEjb((AnnotatedElement) member);
    }

    /** Whether it may hand on an object that was injected, and that is limited. */
    boolean mayHandOn() {
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

    /** By name: the annotation may not be there. */
    private static boolean isEjb(AnnotatedElement element) {
        return Arrays.stream(element.getAnnotations())
                .anyMatch(a -> a.annotationType().getName().equals("jakarta.ejb.EJB"));
    }

    /** Where it is, for an operator. */
    String where() {
        return member.getDeclaringClass().getName()
                + "."
                + member.getName()
                + (member instanceof Method ? "()" : "");
    }
}
