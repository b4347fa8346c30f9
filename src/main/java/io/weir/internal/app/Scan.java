package io.weir.internal.app;

import io.weir.RateLimited;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The survey of an application's classes: each is looked at once. Thread-safe once CDI is done. */
public final class Scan {

    private final Map<Class<?>, ScannedClass> classes = new ConcurrentHashMap<>();
    private final Map<Class<?>, Boolean> speaking = new ConcurrentHashMap<>();
    private final Set<Class<?>> discovered = new LinkedHashSet<>();
    private final Set<Class<?>> beans = ConcurrentHashMap.newKeySet();

    /** Nothing is known yet. */
    public Scan() {}

    /**
     * Whether the library sees a class.
     *
     * @param type its name
     * @return false where it is missing
     */
    public static boolean isPresent(String type) {
        try {
            Class.forName(type, false, Scan.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    /** Whether a class is the one of that name that the library sees, and not a module's own. */
    static boolean isSeen(Class<?> type, String name) {
        try {
            return type.getName().equals(name)
                    && type == Class.forName(name, false, Scan.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    /**
     * Whether an annotation stands at a place. By name, for it may not be there.
     *
     * @param place such as a class or a method
     * @param names of annotations
     * @return true if one of them stands there
     */
    public static boolean isAnnotated(AnnotatedElement place, Set<String> names) {
        return Arrays.stream(place.getAnnotations())
                .map(Annotation::annotationType)
                .anyMatch(type -> names.contains(type.getName()));
    }

    /**
     * CDI has found a class. It says later whether that is a bean: others it does not intercept.
     *
     * @param type may become a bean
     * @return its limited methods that an interceptor can stand before
     */
    public Set<Method> discovered(Class<?> type) {
        if (type.isInterface() || Modifier.isAbstract(type.getModifiers()) || !isLimited(type)) {
            return Set.of(); // its methods are found with the classes that can be instantiated
        }
        discovered.add(type);
        return of(type).methods().stream()
                .filter(limited -> limited.obstacle().isEmpty())
                .map(LimitedMethod::method)
                .collect(Collectors.toSet());
    }

    /**
     * A class is an enabled bean, or a session bean.
     *
     * @param type the class
     */
    public void bean(Class<?> type) {
        beans.add(type);
    }

    /**
     * Whether a class or what it inherits says anything of limits.
     *
     * @param type any class, even one that needs what is not here
     * @return false for most classes of an application
     */
    public boolean isLimited(Class<?> type) {
        try {
            return speaks(type);
        } catch (LinkageError e) {
            return false;
        }
    }

    /** Every class and interface is looked at once, whoever inherits it. */
    private boolean speaks(Class<?> type) {
        return Inheritance.lineage(type).stream()
                .anyMatch(c -> speaking.computeIfAbsent(c, Annotations::speaks));
    }

    /**
     * Whether anything is demanded of a method of a class.
     *
     * @param type any class, even one that needs what is not here
     * @return false also for a class that says that it is exempt
     */
    public boolean hasDemands(Class<?> type) {
        try {
            return !of(type).methods().isEmpty();
        } catch (LinkageError e) {
            return false;
        }
    }

    /**
     * Whether JAX-RS may call a class; of the interface of a REST client, the same annotations tell
     * what it calls.
     *
     * @param type the class
     * @return whether it or one of its limited methods says so
     */
    public boolean isResource(Class<?> type) {
        return of(type).isResource();
    }

    ScannedClass of(Class<?> type) {
        ScannedClass known = classes.get(type);
        if (known == null) {
            known = new ScannedClass(type, speaks(type) ? demands(type) : List.of());
            classes.put(type, known);
        }
        return known;
    }

    /** Found by CDI, and limited. */
    Stream<ScannedClass> discovered() {
        return discovered.stream().map(this::of);
    }

    boolean isBean(Class<?> type) {
        return beans.contains(type);
    }

    /** Whether a bean inherits from a class or an interface. */
    boolean hasHeirOf(Class<?> type) {
        return beans.stream().anyMatch(type::isAssignableFrom);
    }

    /**
     * All that is demanded of the methods of a class, inherited ones included. A method that
     * overrides a limited one is limited like it unless it says something else: a limit that got
     * lost there would be lost without a sign.
     */
    private static List<LimitedMethod> demands(Class<?> type) {
        List<LimitedMethod> found = new ArrayList<>();
        for (Method method : methods(type)) {
            Optional<Annotations.Declared> said =
                    Annotations.of(type, method).filter(s -> !s.ofClass() || isBusiness(method));
            if (said.isPresent()) {
                List<RateLimited> demands = said.get().demands();
                boolean ofClass = said.get().ofClass();
                boolean served = ScannedClass.isResourceMethod(type, method);
                for (int i = 0; i < demands.size(); i++) {
                    found.add(new LimitedMethod(type, method, demands.get(i), ofClass, i, served));
                }
            }
        }
        return found;
    }

    /** The methods a call can reach: nothing that is overridden, of interfaces what has a body. */
    private static Set<Method> methods(Class<?> type) {
        Set<Method> methods = new LinkedHashSet<>();
        for (Class<?> c : Inheritance.lineage(type)) {
            for (Method method : c.getDeclaredMethods()) {
                boolean hasBody = !Modifier.isAbstract(method.getModifiers());
                if (!method.isSynthetic()
                        && (!c.isInterface() || type.isInterface() || hasBody)
                        && methods.stream().noneMatch(m -> Inheritance.replaces(type, m, method))) {
                    methods.add(method);
                }
            }
        }
        return methods;
    }

    private static boolean isBusiness(Method method) {
        return !Modifier.isPrivate(method.getModifiers())
                && !Modifier.isStatic(method.getModifiers());
    }
}
