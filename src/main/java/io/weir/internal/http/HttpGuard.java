package io.weir.internal.http;

import io.weir.Decision;
import io.weir.Edge;
import io.weir.KeySource;
import io.weir.RateLimitExceededException;
import io.weir.internal.address.Client;
import io.weir.internal.address.ClientAddresses;
import io.weir.internal.address.ProxyDoctor;
import io.weir.internal.answer.Answer;
import io.weir.internal.answer.Answers;
import io.weir.internal.guard.Caller;
import io.weir.internal.guard.CurrentOperation;
import io.weir.internal.guard.Gate;
import io.weir.internal.guard.KnownCaller;
import io.weir.internal.guard.Operation;
import io.weir.internal.guard.Passage;
import io.weir.internal.guard.Rule;
import io.weir.internal.guard.Rules;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the two HTTP edges share: a request becomes an operation, a refusal becomes an answer. The
 * edges only translate. Thread-safe.
 */
public final class HttpGuard {

    /** The request attribute that holds the operation through all dispatches of a request. */
    public static final String OPERATION = "io.weir.operation";

    /** The request attribute that asks the servlet edge for the container's error page. */
    public static final String ERROR_PAGE = "io.weir.error-page";

    /** The request attribute that holds a refusal which only the servlet edge is to see. */
    public static final String REFUSAL = "io.weir.refusal";

    private final Gate gate;
    private final Rules rules;
    private final List<Route> routes;
    private final Function<String, List<Rule>> servlets;
    private final CurrentOperation current;
    private final ClientAddresses addresses;
    private final ProxyDoctor doctor;
    private final Answers answers;
    private final boolean errorPage;
    private final Unmet unmet;

    /**
     * A guard.
     *
     * @param gate decides
     * @param rules the rules in force at methods
     * @param routes the rules in force at paths, in order
     * @param servlets the rules in force at a servlet, by its name
     * @param current the operation of the current thread
     * @param addresses finds the client
     * @param doctor is shown each client
     * @param answers makes the answers
     * @param errorPage whether refusals are left to the container's error page
     * @param unmet is told what only a call has shown
     */
    public HttpGuard(
            Gate gate,
            Rules rules,
            List<Route> routes,
            Function<String, List<Rule>> servlets,
            CurrentOperation current,
            ClientAddresses addresses,
            ProxyDoctor doctor,
            Answers answers,
            boolean errorPage,
            Unmet unmet) {
        this.gate = gate;
        this.rules = rules;
        this.routes = List.copyOf(routes);
        this.servlets = servlets;
        this.current = current;
        this.addresses = addresses;
        this.doctor = doctor;
        this.answers = answers;
        this.errorPage = errorPage;
        this.unmet = unmet;
    }

    /**
     * Whether refusals are left to the container's error page.
     *
     * @return true for {@code weir.answer=error-page}
     */
    public boolean errorPage() {
        return errorPage;
    }

    /**
     * Whether answers that refuse nothing carry the rate limit fields too.
     *
     * @return true for {@code weir.fields=always}
     */
    public boolean always() {
        return answers.always();
    }

    /**
     * Whether caches that serve several clients may keep an answer: it must not say what one of
     * them has left.
     *
     * @param fields the lines of a field of the answer, by its name
     * @return true if they may
     */
    public boolean mayBeKept(Function<String, Collection<String>> fields) {
        return answers.mayBeKept(fields);
    }

    /**
     * Whether a field speaks of the content that a refusal takes the place of, or is the refusal's.
     *
     * @param field the name of a field of the answer
     * @return false for what stays: cookies, what browsers are told about security and origins
     */
    public boolean isOfContent(String field) {
        return answers.replaces(field);
    }

    /**
     * The rules in force at a JAX-RS method.
     *
     * @param type the resource class
     * @param method the resource method
     * @return in order; empty for a method without
     */
    public List<Rule> rules(Class<?> type, Method method) {
        return rules.of(type, method);
    }

    /**
     * What only a call shows.
     *
     * @return who is to be told
     */
    public Unmet unmet() {
        return unmet;
    }

    /**
     * A request becomes an operation, for all its dispatches.
     *
     * @param request the request
     * @return the operation
     */
    public Operation begin(RequestView request) {
        RequestCaller caller = new RequestCaller(request, request::principal, Map.of(), null);
        Operation[] self = new Operation[1];
        self[0] =
                new Operation(
                        caller,
                        () -> {
                            if (answers.always()) {
                                request.fields(answers.fields(self[0].counted()));
                            }
                        });
        return self[0];
    }

    /**
     * Filters of the application may have wrapped the request since the operation began: what they
     * say of the user and the address holds from now on.
     *
     * @param operation the request's operation
     * @param request the request as it is now
     */
    public void wrapped(Operation operation, RequestView request) {
        Caller outer = operation.caller();
        operation.caller(new RequestCaller(request, request::principal, Map.of(), outer));
    }

    /**
     * Makes an operation that of this thread.
     *
     * @param operation the operation
     * @return to be closed by the same thread
     */
    public CurrentOperation.Scope enter(Operation operation) {
        return current.enter(operation);
    }

    /**
     * The operation of this thread.
     *
     * @return empty outside any, and where it has come from the thread of its request
     */
    public Optional<Operation> current() {
        return current.get().filter(HttpGuard::isHere);
    }

    /**
     * What is in front of the application's filters passes those rules at the request's path that
     * need nothing which only these know: one of them may answer the request.
     *
     * @param operation the request's operation
     * @param request the request
     * @return what was found; null where no path is limited
     */
    public @Nullable Approach approach(Operation operation, RequestView request) {
        if (routes.isEmpty() || isPreflight(request)) {
            return null;
        }
        List<Approach.Limited> limited = limited(operation, request);
        if (limited.isEmpty()) {
            return null;
        }
        for (Approach.Limited one : limited) {
            if (!one.route().isLate()) {
                Passage.Refusal refusal = enter(one, operation, request);
                if (refusal != null) {
                    // Behind the filters it is answered with the fields that these have set.
                    return new Approach(
                            request,
                            limited,
                            true,
                            one.route().isMissed() ? atPath(refusal, operation, request) : null);
                }
            }
        }
        return new Approach(request, limited, false, null);
    }

    /**
     * A filter of the application answers by itself, or has answered: what nobody behind it was
     * asked is asked now.
     *
     * @param approach what was found in front
     * @param operation the request's operation
     * @return the answer to a refused request, else null
     */
    public @Nullable Answer missed(Approach approach, Operation operation) {
        if (!approach.ends()) {
            return null;
        }
        for (Approach.Limited one : approach.limited()) {
            if (one.route().becomesMissed()) {
                unmet.answeredInFront(one.route());
            }
            Passage.Refusal refusal = enter(one, operation, approach.request());
            if (refusal != null) {
                return atPath(refusal, operation, approach.request());
            }
        }
        return null;
    }

    /**
     * Passes the rules in force at the request's path, then those at the servlet it is for.
     *
     * @param operation the request's operation
     * @param request the request
     * @param approach what was found in front, or null
     * @return the answer to a refused request, else null
     */
    public @Nullable Answer path(
            Operation operation, RequestView request, @Nullable Approach approach) {
        if (approach != null && approach.ends()) {
            approach.limited().forEach(one -> compare(one, approach.request(), request));
        }
        if (isPreflight(request)) {
            return null;
        }
        Passage.Refusal refusal = null;
        Iterator<Approach.Limited> limited =
                (approach != null && approach.request().equals(request)
                                ? approach.limited()
                                : limited(operation, request))
                        .iterator();
        while (limited.hasNext() && refusal == null) {
            refusal = enter(limited.next(), operation, request);
        }
        if (refusal == null
                && request.dispatch() != Dispatch.INCLUDE
                && request.dispatch() != Dispatch.ERROR) {
            List<Rule> rules = request.servlet().map(servlets).orElse(List.of());
            refusal = gate.enter(rules, operation, Edge.FILTER);
        }
        return refusal == null ? null : atPath(refusal, operation, request);
    }

    /** What is included cannot set a status: who includes it gets the refusal. */
    private Answer atPath(Passage.Refusal refusal, Operation operation, RequestView request) {
        if (request.dispatch() == Dispatch.INCLUDE) {
            throw new RateLimitExceededException(refusal.policy(), refusal.decision());
        }
        return answer(refusal, operation, request);
    }

    private List<Approach.Limited> limited(Operation operation, RequestView request) {
        List<Approach.Limited> limited = new ArrayList<>(2);
        List<String> paths = routes.isEmpty() ? List.of() : request.paths();
        for (Route route : routes) {
            route.match(request.dispatch(), request.method(), paths)
                    .filter(values -> !isExempt(route, operation))
                    .ifPresent(values -> limited.add(new Approach.Limited(route, values)));
        }
        return limited;
    }

    /** Whom a policy would count must be the same in front of the application's filters. */
    private void compare(Approach.Limited one, RequestView front, RequestView behind) {
        if (!one.route().isLate() && !front.equals(behind)) {
            Caller before = new RequestCaller(front, front::principal, Map.of(), null);
            Caller now = new RequestCaller(behind, behind::principal, Map.of(), null);
            for (KeySource source : one.route().rule().policy().key()) {
                boolean same =
                        before.client().key().equals(now.client().key())
                                && (source.kind() != KeySource.Kind.HEADER
                                        || before.header(source.name())
                                                .equals(now.header(source.name())));
                if (!same && source.kind() != KeySource.Kind.GLOBAL) {
                    one.route().becomesLate();
                }
            }
        }
    }

    private static boolean isExempt(Route route, Operation operation) {
        return !route.exemptNetworks().isEmpty()
                && route.exemptNetworks().stream()
                        .anyMatch(
                                network -> network.contains(operation.caller().client().address()));
    }

    private Passage.@Nullable Refusal enter(
            Approach.Limited limited, Operation operation, RequestView request) {
        Caller outer = operation.caller();
        operation.caller(new RequestCaller(request, request::principal, limited.values(), outer));
        try {
            return gate.enter(List.of(limited.route().rule()), operation, Edge.FILTER);
        } finally {
            operation.caller(outer);
        }
    }

    /**
     * Passes the rules in force at a resource method, before its entity is read. Limited beans
     * underneath have the same user and path parameters in their keys.
     *
     * @param rules the rules, none for a method that is not limited
     * @param operation the request's operation
     * @param principal the authenticated user as JAX-RS knows it
     * @param pathParameters what the path template matched
     * @throws RateLimitExceededException if the request is refused: as from a limited bean
     *     underneath, so that the application's own mapper is asked
     */
    public void resource(
            List<Rule> rules,
            Operation operation,
            Supplier<Optional<String>> principal,
            Map<String, String> pathParameters) {
        RequestView request = request(operation);
        operation.caller(new RequestCaller(request, principal, pathParameters, operation.caller()));
        if (isPreflight(request)) {
            gate.excuse(rules, operation); // the interceptor of a method with @OPTIONS
            return;
        }
        Passage.Refusal refusal = gate.enter(rules, operation, Edge.JAXRS);
        if (refusal != null) {
            throw new RateLimitExceededException(refusal.policy(), refusal.decision());
        }
    }

    /**
     * The refusal that somebody has put into another exception.
     *
     * @param thrown what was thrown
     * @return it, or what it was caused by; null if nothing of that is a refusal
     */
    public static @Nullable RateLimitExceededException refusalIn(@Nullable Throwable thrown) {
        Throwable cause = thrown;
        for (int depth = 0; cause != null && depth < 16; depth++) {
            if (cause instanceof RateLimitExceededException refused) {
                return refused;
            }
            cause = cause.getCause();
        }
        return null;
    }

    /**
     * The answer to a request whose method was refused.
     *
     * @param refused what was thrown
     * @param operation the request's operation; null, or one that has travelled, on a thread that
     *     does not know the request
     * @return the answer
     */
    public Answer answer(RateLimitExceededException refused, @Nullable Operation operation) {
        if (operation == null || !isHere(operation)) {
            return answers.refusal(refused.policy(), refused.decision(), null);
        }
        Passage.Refusal refusal = new Passage.Refusal(refused.policy(), refused.decision());
        return answer(refusal, operation, request(operation));
    }

    private Answer answer(Passage.Refusal refusal, Operation operation, RequestView request) {
        List<String> accept = request.header("Accept");
        Answer answer =
                answers.refusal(
                        refusal.policy(),
                        refusal.decision(),
                        accept.isEmpty() ? null : String.join(",", accept));
        request.fields(
                refusal.decision() instanceof Decision.Unavailable
                        ? List.of() // nor those of policies that admitted before
                        : answers.fields(operation.counted()));
        return answer;
    }

    private static boolean isHere(Operation operation) {
        return operation.caller() instanceof RequestCaller;
    }

    /** An operation at an edge was begun here, so its caller is one of ours. */
    private static RequestView request(Operation operation) {
        return ((RequestCaller) operation.caller()).request;
    }

    private static boolean isPreflight(RequestView request) {
        return request.method().equals("OPTIONS")
                && !request.header("Origin").isEmpty()
                && !request.header("Access-Control-Request-Method").isEmpty();
    }

    /** Who asks, found when it is first asked for. */
    private final class RequestCaller implements Caller {

        private final RequestView request;
        private final Supplier<Optional<String>> principal;
        private final Map<String, String> pathParameters;
        private final @Nullable RequestCaller sameClient;
        private @Nullable Client client;

        RequestCaller(
                RequestView request,
                Supplier<Optional<String>> principal,
                Map<String, String> pathParameters,
                @Nullable Caller before) {
            this.request = request;
            this.principal = principal;
            this.pathParameters = pathParameters;
            sameClient =
                    before instanceof RequestCaller known && known.request.equals(request)
                            ? known
                            : null;
        }

        @Override
        public synchronized Client client() {
            if (client == null && sameClient != null) {
                client = sameClient.client();
            }
            if (client == null) {
                client = addresses.resolve(request.peer(), request::header);
                doctor.saw(client);
            }
            return client;
        }

        @Override
        public Optional<String> principal() {
            return principal.get();
        }

        @Override
        public Optional<String> header(String name) {
            return request.header(name).stream().findFirst();
        }

        @Override
        public Optional<String> path(String name) {
            return Optional.ofNullable(pathParameters.get(name));
        }

        @Override
        public Caller detached() {
            Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            for (String name : request.headerNames()) {
                header(name).ifPresent(line -> headers.put(name, line));
            }
            return new KnownCaller(client(), user(), headers, pathParameters);
        }

        /** Nobody where a security filter of the application does not say. */
        private Optional<String> user() {
            try {
                return principal();
            } catch (RuntimeException | LinkageError e) {
                return Optional.empty();
            }
        }
    }
}
