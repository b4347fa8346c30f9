package io.weir.internal.edge.servlet;

import io.weir.internal.app.Deployment;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;

/**
 * Looks at the web application when all its initializers have run. Declared in the web fragment:
 * only such a listener may ask for servlets that others have added, and what it throws stops the
 * deployment everywhere, as what a filter throws does not. Found by the servlet container; not for
 * applications.
 */
public final class WeirListener implements ServletContextListener {

    /** For the servlet container. */
    public WeirListener() {}

    @Override
    public void contextInitialized(ServletContextEvent event) {
        ServletContext context = event.getServletContext();
        if (context.getAttribute(Deployment.HAS_FILTERS) instanceof WeirStarter starter) {
            starter.begin(context, WeirInitializer.parameters(context));
        }
    }
}
