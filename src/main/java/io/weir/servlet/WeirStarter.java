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
    private final Map<String, Map<String, String>> parameters;

    WeirStarter(
            Set<Class<?>> annotated,
            Map<String, String> servlets,
            Map<String, Map<String, String>> parameters) {
        this.annotated = annotated;
        this.servlets = servlets;
        this.parameters = parameters;
    }

    @Override
    public void contextInitialized(ServletContextEvent event) {
        try {
            CDI.current();
        } catch (IllegalStateException | NoClassDefFoundError e) {
            return; // CDI begins in a listener behind this one: the filter will start the limiter
        }
        start(event.getServletContext(), parameters);
    }

    /**
     * Starts the limiter, or finds it started.
     *
     * @param parameters those of the servlets that are known by now
     * @throws IllegalStateException if there is no CDI, or anything is wrong
     */
    HttpGuard start(ServletContext context, Map<String, Map<String, String>> parameters) {
        CDI<Object> cdi;
        try {
            cdi = CDI.current();
        } catch (IllegalStateException | NoClassDefFoundError e) {
            throw new IllegalStateException(
                    "Weir: there is no CDI, expected one: on a server without it, such as Tomcat or"
                            + " Jetty, add org.jboss.weld.servlet:weld-servlet-core to the"
                            + " application",
                    e);
        }
        HttpDeployment deployment = cdi.select(HttpDeployment.class).get();
        deployment.check(annotated, parameters);
        return deployment.start(context.getContextPath(), annotated, servlets);
    }
}
