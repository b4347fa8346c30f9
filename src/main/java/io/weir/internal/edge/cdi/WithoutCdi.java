package io.weir.internal.edge.cdi;

import io.weir.RateLimiter;
import io.weir.internal.guard.CurrentOperation;
import io.weir.internal.http.HttpDeployment;
import io.weir.internal.http.HttpGuard;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The limiter of a web application without CDI, as on a bare servlet container: paths and servlets
 * are limited, and what only a bean could do stops the deployment. Found by the servlet edge as a
 * service; not for applications. Thread-safe.
 */
public final class WithoutCdi implements HttpDeployment {

    private @Nullable Weir weir;

    /** For {@link java.util.ServiceLoader}. */
    public WithoutCdi() {}

    @Override
    public synchronized HttpGuard start(
            String contextPath, Set<Class<?>> annotated, Map<String, String> servlets) {
        return weir().start(contextPath, annotated, servlets);
    }

    @Override
    public void check(Set<Class<?>> annotated, Map<String, Map<String, String>> parameters) {
        weir().check(annotated, parameters);
    }

    @Override
    public RateLimiter limiter() {
        return weir().gate();
    }

    private synchronized Weir weir() {
        Weir known = weir;
        if (known == null) {
            known =
                    new Weir(
                            new Blueprint(
                                    new Discovery(),
                                    new NoBeans(),
                                    Place.ofThread(),
                                    new HashSet<>()),
                            new CurrentOperation());
            weir = known;
        }
        return known;
    }

    @Override
    public synchronized void close() {
        if (weir != null) {
            weir.close();
        }
    }
}
