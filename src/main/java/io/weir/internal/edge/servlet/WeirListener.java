package io.weir.internal.edge.servlet;

import io.weir.internal.app.Deployment;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.util.Map;
import java.util.Set;

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
        Object registered = context.getAttribute(Deployment.HAS_FILTERS);
        if (registered instanceof WeirStarter starter) {
            starter.begin(context, WeirInitializer.parameters(context));
        } else if (registered == null) {
            new WeirStarter(Set.of(), Map.of(), Map.of(), Map::of, Set::of).refuseWithoutFilters();
        }
    }
}
