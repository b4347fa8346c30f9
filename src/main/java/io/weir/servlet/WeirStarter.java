package io.weir.servlet;

import io.weir.http.HttpDeployment;
import io.weir.http.HttpGuard;
import jakarta.enterprise.inject.spi.CDI;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.util.Map;
import java.util.Set;

/**
 * Starts the limiter while the application is deployed, so that what is wrong stops the deployment.
 * A filter's {@code init} is too late for that: Undertow calls it with the first request.
 */
final class WeirStarter implements ServletContextListener {

    private final Set<Class<?>> annotated;
    private final Map<String, String> servlets;

    WeirStarter(Set<Class<?>> annotated, Map<String, String> servlets) {
        this.annotated = annotated;
        this.servlets = servlets;
    }

    @Override
    public void contextInitialized(ServletContextEvent event) {
        try {
            CDI.current();
        } catch (IllegalStateException e) {
            return; // CDI begins in a listener behind this one: the filter will start the limiter
        }
        start(event.getServletContext());
    }

    /** Starts the limiter, or finds it started. */
    HttpGuard start(ServletContext context) {
        return CDI.current()
                .select(HttpDeployment.class)
                .get()
                .start(context.getContextPath(), annotated, servlets);
    }
}
