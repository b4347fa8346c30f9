package io.weir.internal.app;

import io.weir.Key;
import io.weir.LimiterStatus;
import io.weir.Policy;
import io.weir.RateLimiter;
import io.weir.internal.guard.CurrentOperation;
import io.weir.internal.guard.PendingCharges;
import io.weir.internal.http.HttpGuard;
import io.weir.internal.operator.Operator;
import java.lang.reflect.Method;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A module of an application with its limiter, which is put together when it is first needed.
 * Thread-safe.
 */
public final class Deployment implements AutoCloseable {

    /** The attribute of a web application that has Weir's filters. */
    public static final String HAS_FILTERS = "io.weir.has-filters";

    private final Requirements requirements;
    private final CurrentOperation current;
    private volatile @Nullable Limiter running;

    /**
     * Reads and validates all that is known by now. Nothing runs yet.
     *
     * @param scan the classes of the application
     * @param host the module
     * @param current the operation of the current thread, as this module knows it
     * @param policyNames those of all modules of the application, as they become known
     * @throws IllegalStateException if anything is wrong; the message is the report
     */
    public Deployment(Scan scan, Host host, CurrentOperation current, Set<String> policyNames) {
        this.current = current;
        requirements = new Requirements(scan, host, policyNames);
    }

    /**
     * The web application starts; what remained to be done at deployment is done.
     *
     * @param contextPath its context path, empty for the root
     * @param annotated the classes that carry the annotation anywhere, and those that implement
     *     what a limiter asks, as the container found them
     * @param servlets the class of each servlet, by the servlet's name
     * @return the guard of the application's requests
     * @throws IllegalStateException if the application must not be deployed; the message is the
     *     report
     */
    public HttpGuard start(
            String contextPath, Set<Class<?>> annotated, Map<String, String> servlets) {
        return running().start(contextPath, annotated, servlets);
    }

    /**
     * Where the servlets of the web application are, for who asks what a path would meet.
     *
     * @param mappings the URL patterns of each servlet, by its name, as they are known when it is
     *     asked; empty: nobody can tell
     */
    public void mapped(Supplier<Map<String, ? extends Collection<String>>> mappings) {
        running().explainer().mapped(mappings);
    }

    /**
     * Which filters of the web application may be called behind Weir's: users whom only these know
     * are not told apart, which is said.
     *
     * @param filters their names
     */
    public void behind(Set<String> filters) {
        running().behind(filters);
    }

    /**
     * Whether the web application is such that what is declared can be enforced.
     *
     * @param annotated as above
     * @param parameters the parameters of each servlet that is known by now, by its name; those of
     *     the application by the empty name
     * @throws IllegalStateException if not; the message is the report
     */
    public void check(Set<Class<?>> annotated, Map<String, Map<String, String>> parameters) {
        requirements.checkServices(annotated, parameters);
    }

    /**
     * There is a web application, and nothing of Weir in front of it.
     *
     * @throws IllegalStateException if anything is limited; the message is the report
     */
    public void refuseWithoutFilters() {
        requirements.refuseWithoutFilters();
    }

    /**
     * Starts the limiter, if it is not running.
     *
     * @return what an application asks by hand
     */
    public RateLimiter limiter() {
        return running().gate().limiter();
    }

    /**
     * A method of a bean is called.
     *
     * @param type the class of the bean
     * @param method the method
     * @param arguments its arguments
     * @return what it took and gives back unless it fails
     * @throws io.weir.RateLimitExceededException if it is refused
     */
    public PendingCharges call(Class<?> type, Method method, @Nullable Object[] arguments) {
        return running().gate().call(requirements.rules().of(type, method), arguments);
    }

    /**
     * What HTTP edges ask.
     *
     * @return the guard of the application's requests
     */
    public HttpGuard guard() {
        return running().guard();
    }

    /**
     * Which store decides.
     *
     * @return the status of the limiter
     */
    public LimiterStatus status() {
        return running().status();
    }

    /**
     * What an operator may do.
     *
     * @return to the limiter
     */
    public Operator operator() {
        return running().operator();
    }

    /**
     * The operation of the current thread, as this module knows it.
     *
     * @return tells this module from its siblings
     */
    public CurrentOperation current() {
        return current;
    }

    /**
     * Whether there is a bean with a limit.
     *
     * @return true if a method has a rule
     */
    public boolean limitsBeans() {
        return !requirements.rules().isEmpty();
    }

    /**
     * Whether there is a limiter already.
     *
     * @return false before anybody needs it
     */
    public boolean isRunning() {
        return running != null;
    }

    private Limiter running() {
        Limiter known = running;
        return known == null ? made() : known;
    }

    private synchronized Limiter made() {
        Limiter known = running;
        if (known == null) {
            Limiter made = new Limiter(requirements, current);
            try {
                Optional<String> name = requirements.host().name();
                name.ifPresent(own -> made.start(own, Set.of(), Map.of()));
            } catch (RuntimeException e) {
                made.close();
                throw e;
            }
            known = made;
            running = known;
            TestBench bench = requirements.bench();
            if (bench != null) {
                bench.deployed(this);
            }
        }
        return known;
    }

    /**
     * What a policy means, and where each part of it comes from.
     *
     * @param policy its name
     * @return as the log of the start says it
     */
    public String describe(String policy) {
        return requirements.policies().describeNow(policy);
    }

    /**
     * Whose permits an operation of the current client would take.
     *
     * @param policy the name of a policy
     * @param resourceIds what is told apart within the policy
     * @return the key
     * @throws IllegalArgumentException if nobody declares the policy, or an id has no identity of
     *     its own
     */
    public Key key(String policy, @Nullable Object... resourceIds) {
        return key(requirements.policies().find(policy).get(), resourceIds);
    }

    /**
     * The same of a policy that code has made.
     *
     * @param policy the policy
     * @param resourceIds what is told apart within the policy
     * @return the key
     */
    public Key key(Policy policy, @Nullable Object... resourceIds) {
        return running().gate().key(policy, resourceIds);
    }

    /** Forgets what is counted in this JVM. Nobody may be calling: for tests. */
    public void forget() {
        running().forget();
    }

    /** The application has ended; it does not start again. */
    @Override
    public synchronized void close() {
        if (running != null) {
            TestBench bench = requirements.bench();
            if (bench != null) {
                bench.undeployed(this);
            }
            running.close();
        }
    }
}
