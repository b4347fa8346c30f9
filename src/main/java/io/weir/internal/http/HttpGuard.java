package io.weir.internal.http;

import io.weir.Decision;
import io.weir.Edge;
import io.weir.RateLimitExceededException;
import io.weir.internal.address.ClientAddresses;
import io.weir.internal.answer.Answer;
import io.weir.internal.answer.Answers;
import io.weir.internal.guard.Caller;
import io.weir.internal.guard.CurrentOperation;
import io.weir.internal.guard.Gate;
import io.weir.internal.guard.Rule;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
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

    private static final List<Route.Match> NOWHERE = List.of();

    private final Gate gate;
    private final BiFunction<Class<?>, Method, List<Rule>> methods;
    private final List<Route> routes;
    private final Supplier<Map<String, List<Rule>>> servlets;
    private final CurrentOperation current;
    private final ClientAddresses addresses;
    private final Answers answers;
    private final boolean errorPage;
    private final Unenforced unenforced;

    /**
     * A guard.
     *
     * @param gate decides
     * @param methods the rules in force at a method of a class
     * @param paths the rules in force at paths, in order
     * @param servlets the rules in force at servlets, by their names, as they are known by now
     * @param current the operation of the current thread
     * @param addresses finds the client
     * @param answers makes the answers
     * @param errorPage whether refusals are left to the container's error page
     * @param unenforced is told what only a call has shown
     */
    public HttpGuard(
            Gate gate,
            BiFunction<Class<?>, Method, List<Rule>> methods,
            Map<Rule, RouteSettings> paths,
            Supplier<Map<String, List<Rule>>> servlets,
            CurrentOperation current,
            ClientAddresses addresses,
            Answers answers,
            boolean errorPage,
            Unenforced unenforced) {
        this.gate = gate;
        this.methods = methods;
        this.routes =
                paths.entrySet().stream().map(e -> new Route(e.getKey(), e.getValue())).toList();
        this.servlets = servlets;
        this.current = current;
        this.addresses = addresses;
        this.answers = answers;
        this.errorPage = errorPage;
        this.unenforced = unenforced;
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
     * What answers look like.
     *
     * @return how refusals, and all others, are answered
     */
    public Answers answers() {
        return answers;
    }

    /**
     * The rules in force at a JAX-RS method.
     *
     * @param type the resource class
     * @param method the resource method
     * @return in order; empty for a method without
     */
    public List<Rule> rules(Class<?> type, Method method) {
        return methods.apply(type, method);
    }

    /**
     * Only an interceptor can decide for a method, and an object serves it.
     *
     * @param type the object's own class
     * @param method the resource method
     */
    public void served(Class<?> type, Method method) {
        unenforced.served(type, method);
    }

    void answeredInFront(Route route) {
        unenforced.answeredInFront(route.rule().policy(), route.path(), route.isLate());
    }

    /**
     * A request becomes an operation, for all its dispatches.
     *
     * @param request the request
     * @return the operation
     */
    public HttpOperation begin(RequestView request) {
        return new HttpOperation(caller(request), answers);
    }

    private RequestCaller caller(RequestView request) {
        return RequestCaller.of(request, addresses, gate.plans());
    }

    /** Who sends a request, whose client the operation may have found already. */
    private RequestCaller caller(HttpOperation operation, RequestView request) {
        RequestCaller known = operation.sender();
        return known.request().equals(request) ? known : caller(request);
    }

    /**
     * Filters of the application may have wrapped the request since the operation began: what they
     * say of the user and the address holds from now on.
     *
     * @param operation the request's operation
     * @param request the request as it is now
     */
    public void wrapped(HttpOperation operation, RequestView request) {
        operation.wrapped(caller(operation, request));
    }

    /**
     * Makes an operation that of this thread.
     *
     * @param operation the operation
     * @return to be closed by the same thread
     */
    public CurrentOperation.Scope enter(HttpOperation operation) {
        return current.enter(operation);
    }

    /**
     * The operation of this thread.
     *
     * @return empty outside any, and where it has come from the thread of its request
     */
    public Optional<HttpOperation> current() {
        return current.get().filter(HttpOperation.class::isInstance).map(HttpOperation.class::cast);
    }

    /**
     * What is in front of the application's filters passes those rules at the request's path that
     * need nothing which only these know: one of them may answer the request.
     *
     * @param operation the request's operation
     * @param request the request
     * @return what was decided; null where no path is limited
     */
    public @Nullable FrontCheck front(HttpOperation operation, RequestView request) {
        if (routes.isEmpty() || isPreflight(request)) {
            return null;
        }
        RequestCaller caller = caller(operation, request);
        return new FrontCheck(this, operation, caller, matches(caller.request()));
    }

    /**
     * Passes the rules in force at the request's path, then those at the servlet it is for.
     *
     * @param operation the request's operation
     * @param request the request
     * @param front what was decided in front, or null
     * @return the answer to a refused request, else null
     */
    public @Nullable Answer path(
            HttpOperation operation, RequestView request, @Nullable FrontCheck front) {
        RequestCaller caller = caller(operation, request);
        List<Route.Match> matches = front == null ? null : front.reached(caller);
        if (isPreflight(request)) {
            return null;
        }
        for (Route.Match match : matches == null ? matches(caller.request()) : matches) {
            RateLimitExceededException refusal = enter(match, operation, caller);
            if (refusal != null) {
                return atPath(refusal, operation, request);
            }
        }
        return answer(ofServlet(request), operation, request);
    }

    /**
     * Passes the rules in force at a servlet.
     *
     * @param name of the servlet
     * @param operation the request's operation
     * @param request the request
     * @return the answer to a refused request, else null
     */
    public @Nullable Answer servlet(String name, HttpOperation operation, RequestView request) {
        return answer(servlets.get().getOrDefault(name, List.of()), operation, request);
    }

    private @Nullable Answer answer(
            List<Rule> rules, HttpOperation operation, RequestView request) {
        RateLimitExceededException refusal = gate.enter(rules, operation, Edge.FILTER);
        return refusal == null ? null : atPath(refusal, operation, request);
    }

    private List<Rule> ofServlet(RequestView request) {
        Map<String, List<Rule>> limited = servlets.get();
        return limited.isEmpty() || request.dispatch() == Dispatch.ERROR
                ? List.of()
                : request.servlet().map(limited::get).orElse(List.of());
    }

    /** What is included cannot set a status: who includes it gets the refusal. */
    Answer atPath(
            RateLimitExceededException refusal, HttpOperation operation, RequestView request) {
        if (request.dispatch() == Dispatch.INCLUDE) {
            throw refusal;
        }
        return answer(refusal, operation, request);
    }

    /**
     * A request is over, and no filter has seen it.
     *
     * @param request the request
     */
    public void passedBy(RequestView request) {
        for (Route.Match match : isPreflight(request) ? NOWHERE : matches(request)) {
            if (match.route().becomesPassedBy()) {
                unenforced.answeredByContainer(match.route().rule().policy(), match.route().path());
            }
        }
    }

    private List<Route.Match> matches(RequestView request) {
        return routes.isEmpty() ? NOWHERE : Route.matches(routes, request);
    }

    /**
     * What a request would pass at paths and at its servlet, in order. Nothing is charged, and
     * nobody is told.
     *
     * @param request such a request
     * @param by finds its client
     * @return none for a pre-flight
     */
    public List<Passing> passing(RequestView request, ClientAddresses by) {
        if (isPreflight(request)) {
            return List.of();
        }
        RequestCaller caller = RequestCaller.of(request, by, gate.plans());
        List<Passing> passing = new ArrayList<>();
        matches(request)
                .forEach(m -> passing.add(new Passing(m.route().rule(), caller.at(m.values()))));
        ofServlet(request).forEach(rule -> passing.add(new Passing(rule, caller)));
        return passing;
    }

    /**
     * Who asks at a resource method. Nothing is charged, and nobody is told.
     *
     * @param request such a request
     * @param by finds its client
     * @param values of the names in the method's path
     * @return the caller
     */
    public Caller caller(RequestView request, ClientAddresses by, Map<String, String> values) {
        return RequestCaller.of(request, by, gate.plans()).at(values);
    }

    /**
     * A rule that a request passes.
     *
     * @param rule the rule
     * @param caller who asks, as the rule's place knows it
     */
    public record Passing(Rule rule, Caller caller) {}

    @Nullable RateLimitExceededException enter(
            Route.Match match, HttpOperation operation, RequestCaller caller) {
        return gate.enter(
                List.of(match.route().rule()), operation, caller.at(match.values()), Edge.FILTER);
    }

    /**
     * Passes the rules in force at a resource method, before its entity is read. Limited beans
     * underneath have the same user and path parameters in their keys.
     *
     * @param rules the rules, none for a method that is not limited
     * @param operation the request's operation
     * @param user the authenticated user as JAX-RS knows it
     * @param pathParameters what the path template matched
     * @throws RateLimitExceededException if the request is refused: as from a limited bean
     *     underneath, so that the application's own mapper is asked
     */
    public void resource(
            List<Rule> rules,
            HttpOperation operation,
            User user,
            Supplier<Map<String, String>> pathParameters) {
        operation.matched(user, pathParameters);
        if (isPreflight(operation.request())) {
            gate.excuse(rules, operation); // the interceptor of a method with @OPTIONS
            return;
        }
        RateLimitExceededException refusal = gate.enter(rules, operation, Edge.JAXRS);
        if (refusal != null) {
            throw refusal;
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
     * @param operation the request's operation; null on a thread that does not know the request
     * @return the answer
     */
    public Answer answer(RateLimitExceededException refused, @Nullable HttpOperation operation) {
        return operation == null
                ? answers.refusal(refused, null)
                : answer(refused, operation, operation.request());
    }

    private Answer answer(
            RateLimitExceededException refused, HttpOperation operation, RequestView request) {
        List<String> accept = request.header("Accept");
        Answer answer =
                answers.refusal(refused, accept.isEmpty() ? null : String.join(",", accept));
        request.fields(
                refused.decision() instanceof Decision.Unavailable
                                || refused.decision() instanceof Decision.Denied
                        ? List.of() // nor those of policies that admitted before
                        : answers.fields(operation.decisions()));
        return answer;
    }

    /**
     * Whether a browser asks what another origin may do, which is neither charged nor refused.
     *
     * @param request the request
     * @return true for {@code OPTIONS} with the fields of a pre-flight
     */
    public static boolean isPreflight(RequestView request) {
        return request.method().equals("OPTIONS")
                && !request.header("Origin").isEmpty()
                && !request.header("Access-Control-Request-Method").isEmpty();
    }
}
