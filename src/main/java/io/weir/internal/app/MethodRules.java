package io.weir.internal.app;

import io.weir.internal.guard.Rule;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** The rules in force at methods, by the class that was found at deployment. */
final class MethodRules {

    private final Map<Class<?>, Map<Method, List<Rule>>> rules = new ConcurrentHashMap<>();

    void add(Class<?> type, Method method, Rule rule) {
        rules.computeIfAbsent(type, t -> new ConcurrentHashMap<>())
                .merge(method, List.of(rule), MethodRules::joined);
    }

    /** The classes that have any. */
    Set<Class<?>> types() {
        return rules.keySet();
    }

    boolean isEmpty() {
        return rules.isEmpty();
    }

    boolean knows(Class<?> type) {
        return rules.containsKey(type);
    }

    /** Whether any method is one that JAX-RS calls. */
    boolean answers() {
        return rules.values().stream()
                .flatMap(ofType -> ofType.values().stream())
                .flatMap(List::stream)
                .anyMatch(Rule::answers);
    }

    /** An intercepted object is of a class that the container made: its superclass is known. */
    public List<Rule> of(Class<?> type, Method method) {
        for (Class<?> c = type; c != null; c = c.getSuperclass()) {
            Map<Method, List<Rule>> ofType = rules.get(c);
            if (ofType != null) {
                return of(ofType, method);
            }
        }
        return List.of();
    }

    private static List<Rule> of(Map<Method, List<Rule>> ofType, Method method) {
        List<Rule> found = ofType.get(method);
        if (found != null) {
            return found;
        }
        // A container may hold the method of an interface, or that of a class it made.
        for (Map.Entry<Method, List<Rule>> entry : ofType.entrySet()) {
            Method known = entry.getKey();
            if (Inheritance.replaces(known, method) || Inheritance.replaces(method, known)) {
                ofType.putIfAbsent(method, entry.getValue());
                return entry.getValue();
            }
        }
        return List.of();
    }

    private static List<Rule> joined(List<Rule> some, List<Rule> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }
}
