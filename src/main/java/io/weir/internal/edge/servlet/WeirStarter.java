package io.weir.internal.edge.servlet;

import io.weir.RateLimiter;
import io.weir.internal.app.Deployment;
import io.weir.internal.app.Scan;
import io.weir.internal.edge.lookup.Lookup;
import io.weir.internal.guard.CurrentOperation;
import io.weir.internal.http.HttpGuard;
import io.weir.internal.operator.Operator;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.spi.CDI;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.ServletRequestEvent;
import jakarta.servlet.ServletRequestListener;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Starts the limiter while the application is deployed, so that what is wrong stops the deployment.
 * A filter's {@code init} is too late for that: Undertow calls it with the first request.
 */
final class WeirStarter implements ServletContextListener, ServletRequestListener {

    private final Set<Class<?>> annotated;
    private final Map<String, String> servlets;
    private final Map<String, Map<String, String>> parameters;
    private final Supplier<Map<String, ? extends Collection<String>>> mappings;

    private final Supplier<Set<String>> behind;

    private volatile @Nullable HttpGuard guard;
    private volatile @Nullable CurrentOperation current;

    /** Where there is no CDI to end it. */
    private @Nullable Deployment own;

    WeirStarter(
            Set<Class<?>> annotated,
            Map<String, String> servlets,
            Map<String, Map<String, String>> parameters,
            Supplier<Map<String, ? extends Collection<String>>> mappings,
            Supplier<Set<String>> behind) {
        this.annotated = annotated;
        this.servlets = servlets;
        this.parameters = parameters;
        this.mappings = mappings;
        this.behind = behind;
    }

    @Override
    public void contextInitialized(ServletContextEvent event) {
        begin(event.getServletContext(), parameters);
    }

    /**
     * Starts the limiter if CDI is there, or never will be.
     *
     * @param parameters those of the servlets that are known by now
     * @throws IllegalStateException if anything is wrong
     */
    void begin(ServletContext context, Map<String, Map<String, String>> parameters) {
        try {
            CDI.current();
        } catch (IllegalStateException e) {
            return; // CDI begins in a listener behind this one: the filter will start the limiter
        } catch (NoClassDefFoundError e) {
            // It never begins.
        }
        start(context, parameters);
    }

    /** Nobody has run the initializer, and without CDI nobody else notices. */
    void refuseWithoutFilters() {
        try {
            CDI.current();
        } catch (IllegalStateException e) {
            // CDI will look.
        } catch (NoClassDefFoundError e) {
            deployment().refuseWithoutFilters();
        }
    }

    /**
     * Starts the limiter, or finds it started.
     *
     * @param parameters those of the servlets that are known by now
     * @throws IllegalStateException if anything is wrong
     */
    synchronized HttpGuard start(
            ServletContext context, Map<String, Map<String, String>> parameters) {
        Deployment deployment = deployment();
        deployment.check(annotated, parameters);
        HttpGuard guard = deployment.start(context.getContextPath(), annotated, servlets);
        deployment.mapped(mappings);
        context.setAttribute(RateLimiter.class.getName(), deployment.limiter());
        context.setAttribute(Operator.class.getName(), deployment.operator());
        this.current = deployment.current();
        this.guard = guard;
        return guard;
    }

    /** All filters are known: whom one behind Weir's knows is not counted. */
    void filtersAreKnown() {
        deployment().behind(behind.get());
    }

    private Deployment deployment() {
        Deployment known = own;
        if (known != null) {
            return known;
        }
        Instance<Deployment> ofCdi;
        try {
            ofCdi = Lookup.of(Deployment.class);
        } catch (IllegalStateException | NoClassDefFoundError e) {
            known =
                    new Deployment(
                            new Scan(),
                            HostWithoutCdi.ofThread(),
                            new CurrentOperation(),
                            new HashSet<>());
            own = known;
            return known;
        }
        return ofCdi.get(); // what is wrong with this module is thrown here
    }

    /** A login of the container may call limited beans before any filter is called. */
    @Override
    public void requestInitialized(ServletRequestEvent event) {
        HttpGuard guard = this.guard;
        CurrentOperation current = this.current;
        if (guard != null
                && current != null
                && event.getServletRequest() instanceof HttpServletRequest request) {
            current.arrives(() -> WeirFilter.operation(guard, new ServletView(request, null)));
        }
    }

    /** Tells of what a container answers without asking a filter, as its own logins. */
    @Override
    public void requestDestroyed(ServletRequestEvent event) {
        CurrentOperation current = this.current;
        if (current != null) {
            current.isOver();
        }
        HttpGuard guard = this.guard;
        if (guard != null
                && event.getServletRequest() instanceof HttpServletRequest request
                && request.getAttribute(RefusableResponse.ATTRIBUTE) == null) {
            guard.passedBy(new ServletView(request, null));
        }
    }

    @Override
    public synchronized void contextDestroyed(ServletContextEvent event) {
        if (own != null) {
            own.close();
        }
    }
}
