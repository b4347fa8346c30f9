package io.weir.internal.app;

import static java.lang.invoke.MethodType.methodType;

import io.weir.Cost;
import io.weir.OnRefusal;
import io.weir.RateLimited;
import io.weir.ResourceId;
import io.weir.internal.guard.LivePolicy;
import io.weir.internal.guard.Rule;
import io.weir.internal.policy.ProblemCode;
import io.weir.internal.policy.Problems;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A limit that is demanded of a method.
 *
 * @param type the class of the objects it is called on
 * @param method the method
 * @param annotation what is demanded
 * @param ofClass whether that stands on a class rather than on the method or on one it overrides
 * @param index the how manieth it is of the method, from 0
 * @param isResourceMethod whether JAX-RS calls it
 */
record LimitedMethod(
        Class<?> type,
        Method method,
        RateLimited annotation,
        boolean ofClass,
        int index,
        boolean isResourceMethod) {

    private static final Set<Class<?>> SKIPPABLE =
            Set.of(void.class, boolean.class, Boolean.class, Optional.class);

    private static final Set<String> ASYNCHRONOUS = Set.of("jakarta.ejb.Asynchronous");

    private static final Set<String> MESSAGE_DRIVEN = Set.of("jakarta.ejb.MessageDriven");

    private static final Set<String> ENTERPRISE_BEANS =
            Set.of("jakarta.ejb.Stateless", "jakarta.ejb.Stateful", "jakarta.ejb.Singleton");

    /** A system property of GlassFish and Payara. */
    private static final String GLASSFISH = "com.sun.aas.instanceRoot";

    /** What a container calls by itself. */
    private static final Set<String> CALLBACKS =
            Set.of(
                    "jakarta.ejb.Schedule",
                    "jakarta.ejb.Schedules",
                    "jakarta.ejb.Timeout",
                    "jakarta.annotation.PostConstruct",
                    "jakarta.annotation.PreDestroy",
                    "jakarta.inject.Inject");

    /**
     * Whose methods a container of servlets calls on an object of its own making, whatever beans
     * there are of that class.
     */
    private static final Set<String> OF_SERVLETS =
            Set.of(
                    "jakarta.servlet.Filter",
                    "jakarta.servlet.ServletContextListener",
                    "jakarta.servlet.ServletRequestListener",
                    "jakarta.servlet.http.HttpSessionListener");

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

    /** The same without annotations. */
    private static final Set<String> OF_WEB_SOCKETS =
            Set.of(
                    "jakarta.websocket.Endpoint",
                    "jakarta.websocket.MessageHandler$Whole",
                    "jakarta.websocket.MessageHandler$Partial");

    private static final Set<Class<?>> INTEGERS =
            Set.of(Byte.class, Short.class, Integer.class, Long.class);

    /** Beside all kinds of numbers and of enums. */
    private static final Set<Class<?>> IDENTITIES =
            Set.of(String.class, UUID.class, Boolean.class, Character.class);

    /**
     * Where it is, for an operator; the identity of an unnamed policy. Types of parameters stand
     * there in full, but for those of {@code java.lang}: two overloads are never one. The second
     * annotation of a method is its {@code #2}.
     */
    String where() {
        String parameters =
                Arrays.stream(method.getParameterTypes())
                        .map(t -> t.getTypeName().replaceFirst("^java\\.lang\\.(?=\\w+$)", ""))
                        .collect(Collectors.joining(","));
        String number = index == 0 ? "" : " #" + (index + 1);
        return "%s.%s(%s)%s".formatted(type.getName(), method.getName(), parameters, number);
    }

    /** The parameters that are resource ids, by index. */
    List<Integer> idParameters() {
        return parameters(ResourceId.class);
    }

    /** The parameters that say how often the cost is taken, by index; one at most is right. */
    private List<Integer> costParameters() {
        return parameters(Cost.class);
    }

    private List<Integer> parameters(Class<? extends Annotation> annotation) {
        Parameter[] parameters = method.getParameters();
        return IntStream.range(0, parameters.length)
                .filter(i -> parameters[i].isAnnotationPresent(annotation))
                .boxed()
                .toList();
    }

    /** The parameters that are resource ids, by name, joined by {@code +}. */
    String idNames() {
        return Arrays.stream(method.getParameters())
                .filter(p -> p.isAnnotationPresent(ResourceId.class))
                .map(p -> p.isNamePresent() ? p.getName() : p.getType().getSimpleName())
                .collect(Collectors.joining("+"));
    }

    /** Whether the JAX-RS edge can decide, which knows no arguments and cannot skip a method. */
    boolean isDecidedEarly() {
        return isResourceMethod
                && idParameters().isEmpty()
                && costParameters().isEmpty()
                && annotation.onRefusal() == OnRefusal.THROW;
    }

    /** Whether it may hand a request on to a sub-resource, as far as its own annotations tell. */
    boolean isLocator() {
        return !isResourceMethod && Scan.isAnnotated(method, Set.of("jakarta.ws.rs.Path"));
    }

    /** The rule by which calls of the method are decided. */
    Rule rule(LivePolicy live) {
        // On a class it speaks of the methods that stand there.
        boolean asynchronous =
                Scan.isAnnotated(method, ASYNCHRONOUS)
                        || Scan.isAnnotated(method.getDeclaringClass(), ASYNCHRONOUS);
        return new Rule(
                live,
                idParameters(),
                costParameters().stream().mapToInt(i -> i).findFirst(),
                isResourceMethod,
                isResourceMethod && asynchronous);
    }

    /** What is wrong with a method whose caller gets no refusal, or cannot be told from others. */
    Optional<ProblemCode> unanswerable() {
        if (Scan.isAnnotated(type, MESSAGE_DRIVEN)) {
            return Optional.of(ProblemCode.MESSAGE_DRIVEN);
        }
        return Scan.isAnnotated(method, WEB_SOCKET) || isOf(OF_WEB_SOCKETS)
                ? Optional.of(ProblemCode.WEB_SOCKET)
                : Optional.empty();
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
        if (isCallback()) {
            return Optional.of(
                    "a method of a timer or of a bean's life, which no interceptor of calls sees");
        }
        if (isOf(OF_SERVLETS)) {
            return Optional.of("a method of a filter or a listener, which CDI does not call");
        }
        if (Modifier.isFinal(type.getModifiers())) {
            return Optional.of("a method of a final class");
        }
        if (isDefaultOfEnterpriseBean() && System.getProperty(GLASSFISH) != null) {
            return Optional.of(
                    "a default method of an interface, for which this server calls no interceptor of"
                            + " an enterprise bean that inherits it; the class can override it");
        }
        return Inheritance.isBridged(type, method)
                ? Optional.of(
                        "a public method inherited from a class that is not public, or from one that"
                                + " does not know the generic interface that has it")
                : Optional.empty();
    }

    private boolean isDefaultOfEnterpriseBean() {
        return method.isDefault()
                && !type.isInterface()
                && Scan.isAnnotated(type, ENTERPRISE_BEANS);
    }

    /** Whether it is, or overrides, a method of one of these types. */
    private boolean isOf(Set<String> types) {
        return Inheritance.lineage(type).stream()
                .filter(ancestor -> types.contains(ancestor.getName()))
                .flatMap(ancestor -> Arrays.stream(ancestor.getDeclaredMethods()))
                .anyMatch(inherited -> Inheritance.replaces(type, method, inherited));
    }

    private boolean isCallback() {
        return Scan.isAnnotated(method, CALLBACKS);
    }

    /**
     * Whether the method may still fail when it has returned, and nobody will know. An asynchronous
     * EJB has ended by then: it returns to the container.
     */
    boolean endsLater() {
        Class<?> result = method.getReturnType();
        return !CompletionStage.class.isAssignableFrom(result)
                && Inheritance.lineage(result).stream()
                        .anyMatch(type -> LATER.contains(type.getName()))
                && !Scan.isAnnotated(method, ASYNCHRONOUS)
                && Inheritance.lineage(type).stream()
                        .noneMatch(type -> Scan.isAnnotated(type, ASYNCHRONOUS));
    }

    /** Adds what is wrong with the method and its types. */
    void check(Problems problems) {
        unanswerable().ifPresent(code -> problems.add(code, where(), "@RateLimited there"));
        boolean inFront = isDecidedEarly() && Modifier.isPublic(method.getModifiers());
        if (!inFront && !(ofClass && isCallback())) {
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
            String given = method.getGenericReturnType().getTypeName();
            problems.add(ProblemCode.SKIP_RETURN_TYPE, where(), given);
        }
        for (int index : idParameters()) {
            Class<?> id = boxed(index);
            if (!IDENTITIES.contains(id) && !id.isEnum() && !Number.class.isAssignableFrom(id)) {
                String given = method.getParameterTypes()[index].getTypeName();
                problems.add(ProblemCode.RESOURCE_ID_TYPE, where(index), given);
            }
        }
        List<Integer> costs = costParameters();
        for (int index : costs) {
            if (costs.size() > 1 || !INTEGERS.contains(boxed(index))) {
                String given = method.getParameterTypes()[index].getTypeName();
                String more = costs.size() > 1 ? ", and another one" : "";
                problems.add(ProblemCode.COST_PARAMETER, where(index), given + more);
            }
        }
    }

    /** The type of a parameter, for a primitive one that of its objects. */
    private Class<?> boxed(int parameter) {
        return methodType(method.getParameterTypes()[parameter]).wrap().returnType();
    }

    private String where(int parameter) {
        return where() + ", parameter " + (parameter + 1);
    }
}
