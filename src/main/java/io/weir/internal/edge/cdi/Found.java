package io.weir.internal.edge.cdi;

import io.weir.Cost;
import io.weir.OnRefusal;
import io.weir.Policy;
import io.weir.RateLimited;
import io.weir.ResourceId;
import io.weir.internal.guard.Rule;
import io.weir.internal.policy.ProblemCode;
import io.weir.internal.policy.Problems;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A limit that is demanded of a method.
 *
 * @param type the class of the objects it is called on
 * @param method the method
 * @param annotation what is demanded
 * @param ofClass whether that stands on a class rather than on the method or on one it overrides
 * @param index the how manieth it is of the method, from 0
 */
record Found(Class<?> type, Method method, RateLimited annotation, boolean ofClass, int index) {

    private static final Set<Class<?>> SKIPPABLE =
            Set.of(void.class, boolean.class, Boolean.class, Optional.class);

    /** What a container calls by itself. */
    private static final Set<String> CALLBACKS =
            Set.of(
                    "jakarta.ejb.Schedule",
                    "jakarta.ejb.Schedules",
                    "jakarta.ejb.Timeout",
                    "jakarta.annotation.PostConstruct",
                    "jakarta.annotation.PreDestroy");

    /** What a method may return before its work is done, or begun. */
    private static final Set<String> LATER =
            Set.of(
                    "java.lang.Runnable",
                    "java.util.concurrent.Callable",
                    "java.util.concurrent.Flow$Publisher",
                    "java.util.concurrent.Future",
                    "java.util.function.Supplier",
                    "io.reactivex.rxjava3.core.CompletableSource",
                    "io.reactivex.rxjava3.core.MaybeSource",
                    "io.reactivex.rxjava3.core.ObservableSource",
                    "io.reactivex.rxjava3.core.SingleSource",
                    "io.smallrye.mutiny.Uni",
                    "kotlinx.coroutines.Deferred",
                    "org.reactivestreams.Publisher");

    /** What a container of web sockets calls. */
    private static final Set<String> WEB_SOCKET =
            Set.of(
                    "jakarta.websocket.OnOpen",
                    "jakarta.websocket.OnMessage",
                    "jakarta.websocket.OnError",
                    "jakarta.websocket.OnClose");

    private static final Set<Class<?>> INTEGERS =
            Set.of(
                    byte.class,
                    Byte.class,
                    short.class,
                    Short.class,
                    int.class,
                    Integer.class,
                    long.class,
                    Long.class);

    private static final Set<Class<?>> IDENTITIES =
            Set.of(
                    String.class,
                    UUID.class,
                    Boolean.class,
                    boolean.class,
                    Character.class,
                    char.class,
                    byte.class,
                    short.class,
                    int.class,
                    long.class,
                    float.class,
                    double.class);

    /**
     * All that is demanded of the methods of a class, inherited ones included. A method that
     * overrides a limited one is limited like it unless it says something else: a limit that got
     * lost there would be lost without a sign.
     */
    static List<Found> in(Class<?> type) {
        List<Found> found = new ArrayList<>();
        for (Method method : methods(type)) {
            Optional<Annotations.Said> said = Annotations.of(type, method);
            if (said.isPresent() && (!said.get().ofClass() || isBusiness(method))) {
                List<RateLimited> demands = said.get().demands();
                for (int i = 0; i < demands.size(); i++) {
                    found.add(new Found(type, method, demands.get(i), said.get().ofClass(), i));
                }
            }
        }
        return found;
    }

    /** The methods a call can reach: nothing that is overridden, of interfaces what has a body. */
    private static Set<Method> methods(Class<?> type) {
        Set<Method> methods = new LinkedHashSet<>();
        for (Class<?> c : Annotations.lineage(type)) {
            for (Method method : c.getDeclaredMethods()) {
                if (!method.isSynthetic()
                        && (!c.isInterface()
                                || type.isInterface()
                                || !Modifier.isAbstract(method.getModifiers()))
                        && methods.stream().noneMatch(m -> Overrides.replaces(type, m, method))) {
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

    /**
     * Where it is, for an operator; the identity of an unnamed policy. Types of parameters stand
     * there in full, but for those of {@code java.lang}: two overloads are never one. The second
     * annotation of a method is its {@code #2}.
     */
    String where() {
        return type.getName()
                + "."
                + method.getName()
                + Arrays.stream(method.getParameterTypes())
                        .map(t -> t.getTypeName().replaceFirst("^java\\.lang\\.(?=\\w+$)", ""))
                        .collect(Collectors.joining(",", "(", ")"))
                + (index == 0 ? "" : " #" + (index + 1));
    }

    /** The parameters that are resource ids, by index. */
    List<Integer> idParameters() {
        return parameters(ResourceId.class);
    }

    /** The parameters that say how often the cost is taken, by index; one at most is right. */
    List<Integer> costParameters() {
        return parameters(Cost.class);
    }

    private List<Integer> parameters(Class<? extends Annotation> annotation) {
        Parameter[] parameters = method.getParameters();
        return IntStream.range(0, parameters.length)
                .filter(i -> parameters[i].isAnnotationPresent(annotation))
                .boxed()
                .toList();
    }

    /** Whether only who knows the arguments can decide. */
    boolean needsArguments() {
        return !idParameters().isEmpty() || !costParameters().isEmpty();
    }

    /** The same as a rule for who decides. */
    Rule rule(Supplier<Policy> live, boolean answers) {
        return new Rule(
                live,
                idParameters(),
                costParameters().stream().mapToInt(i -> i).findFirst(),
                answers,
                answers && isAsynchronousEjb());
    }

    /** On a class it speaks of the methods that stand there. */
    private boolean isAsynchronousEjb() {
        return has(method, "jakarta.ejb.Asynchronous")
                || has(method.getDeclaringClass(), "jakarta.ejb.Asynchronous");
    }

    /** The parameters that are resource ids, by name, joined by {@code +}. */
    String idNames() {
        return idParameters().stream()
                .map(index -> method.getParameters()[index])
                .map(p -> p.isNamePresent() ? p.getName() : p.getType().getSimpleName())
                .collect(Collectors.joining("+"));
    }

    /** Where nobody is there to be refused, or to be told from others: what is wrong with it. */
    Optional<ProblemCode> unanswerable() {
        if (has(type, "jakarta.ejb.MessageDriven")) {
            return Optional.of(ProblemCode.MESSAGE_DRIVEN);
        }
        return WEB_SOCKET.stream().anyMatch(name -> has(method, name))
                ? Optional.of(ProblemCode.WEB_SOCKET)
                : Optional.empty();
    }

    /** By name: the annotation may not be there. */
    private static boolean has(AnnotatedElement place, String annotation) {
        return Stream.of(place.getAnnotations())
                .anyMatch(a -> a.annotationType().getName().equals(annotation));
    }

    /** Why CDI could not call an interceptor for it; empty if it can. */
    Optional<String> obstacle() {
        int modifiers = method.getModifiers();
        if (Modifier.isPrivate(modifiers)) {
            return Optional.of("a private method");
        }
        if (Modifier.isStatic(modifiers)) {
            return Optional.of("a static method");
        }
        if (Modifier.isFinal(modifiers)) {
            return Optional.of("a final method");
        }
        if (Arrays.stream(method.getAnnotations()).anyMatch(Found::isCallback)) {
            return Optional.of(
                    "a method of a timer or of a bean's life, which no interceptor of calls sees");
        }
        if (Modifier.isFinal(type.getModifiers())) {
            return Optional.of("a method of a final class");
        }
        return isBridged()
                ? Optional.of(
                        "a public method inherited from a class that is not public, or from one that"
                                + " does not know the generic interface that has it")
                : Optional.empty();
    }

    /**
     * Whether the method may still fail when it has returned, and nobody will know. An asynchronous
     * EJB has ended by then: it returns to the container.
     */
    boolean endsLater() {
        Class<?> result = method.getReturnType();
        return !CompletionStage.class.isAssignableFrom(result)
                && Stream.concat(Stream.of(result), Annotations.lineage(result).stream())
                        .anyMatch(type -> LATER.contains(type.getName()))
                && Stream.concat(Stream.of(method), Annotations.lineage(type).stream())
                        .flatMap(place -> Arrays.stream(place.getAnnotations()))
                        .noneMatch(
                                a ->
                                        a.annotationType()
                                                .getName()
                                                .equals("jakarta.ejb.Asynchronous"));
    }

    /** By name: the annotation may not be there. */
    private static boolean isCallback(Annotation annotation) {
        return CALLBACKS.contains(annotation.annotationType().getName());
    }

    /** The compiler hides such a method behind one of its own, which no interceptor sees. */
    private boolean isBridged() {
        Class<?> declaring = method.getDeclaringClass();
        for (Class<?> c = type; c != null && c != declaring; c = c.getSuperclass()) {
            List<Method> alike =
                    Arrays.stream(c.getDeclaredMethods())
                            .filter(m -> m.getName().equals(method.getName()))
                            .toList();
            for (Method bridge : alike) {
                if (bridge.isBridge()
                        && Overrides.accepts(bridge, method)
                        && alike.stream()
                                .noneMatch(m -> !m.isBridge() && Overrides.accepts(bridge, m))) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Adds what is wrong with the method and its types. */
    void check(Problems problems) {
        unanswerable().ifPresent(code -> problems.add(code, where(), "@RateLimited there"));
        if (!ofClass || Arrays.stream(method.getAnnotations()).noneMatch(Found::isCallback)) {
            obstacle().ifPresent(o -> problems.add(ProblemCode.NOT_INTERCEPTABLE, where(), o));
        }
        if (Annotations.contradict(type, method)) {
            problems.add(
                    ProblemCode.LIMITED_AND_EXEMPT,
                    where(),
                    "@RateLimited and @RateLimited.None at one place");
        }
        if (annotation.onRefusal() == OnRefusal.SKIP
                && !SKIPPABLE.contains(method.getReturnType())) {
            problems.add(
                    ProblemCode.SKIP_RETURN_TYPE,
                    where(),
                    method.getGenericReturnType().getTypeName());
        }
        for (int index : idParameters()) {
            Class<?> id = method.getParameterTypes()[index];
            if (!IDENTITIES.contains(id) && !id.isEnum() && !Number.class.isAssignableFrom(id)) {
                problems.add(
                        ProblemCode.RESOURCE_ID_TYPE,
                        where() + ", parameter " + (index + 1),
                        id.getTypeName());
            }
        }
        for (int index : costParameters()) {
            Class<?> cost = method.getParameterTypes()[index];
            if (!INTEGERS.contains(cost) || costParameters().size() > 1) {
                problems.add(
                        ProblemCode.COST_PARAMETER,
                        where() + ", parameter " + (index + 1),
                        cost.getTypeName()
                                + (costParameters().size() > 1 ? ", and another one" : ""));
            }
        }
    }
}
