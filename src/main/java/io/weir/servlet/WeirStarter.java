package io.weir.servlet;

import io.weir.http.HttpDeployment;
import io.weir.http.HttpGuard;
import jakarta.enterprise.inject.spi.CDI;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Starts the limiter while the application is deployed, so that what is wrong stops the deployment.
 * A filter's {@code init} is too late for that: Undertow calls it with the first request.
 */
final class WeirStarter implements ServletContextListener {

    private final Set<Class<?>> annotated;

    WeirStarter(Set<Class<?>> annotated) {
        this.annotated = annotated;
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
                .start(context.getContextPath(), annotated, servlets(context));
    }

    private static Map<String, String> servlets(ServletContext context) {
        Map<String, String> classes = new HashMap<>();
        context.getServletRegistrations()
                .forEach(
                        (name, servlet) -> {
                            if (servlet.getClassName() != null) { // a JSP has none
                                classes.put(name, servlet.getClassName());
                            }
                        });
        return classes;
    }
}
