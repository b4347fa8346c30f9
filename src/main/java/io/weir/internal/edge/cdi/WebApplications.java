package io.weir.internal.edge.cdi;

import io.weir.internal.app.Deployment;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;

/** Tells web applications. Loaded only where the Servlet API is. */
final class WebApplications {

    private WebApplications() {}

    static boolean isOne(Object started) {
        return started instanceof ServletContext;
    }

    /**
     * Refuses a web application that Weir's filters were left out of. Weld is an initializer itself
     * on Tomcat, in any order.
     */
    static void requireFilters(Object started, Runnable refuse) {
        ServletContext web = (ServletContext) started;
        if (hasFilters(web)) {
            return;
        }
        try {
            web.addListener(
                    new ServletContextListener() {
                        @Override
                        public void contextInitialized(ServletContextEvent event) {
                            if (!hasFilters(event.getServletContext())) {
                                refuse.run();
                            }
                        }
                    });
        } catch (IllegalStateException
                | IllegalArgumentException
                | UnsupportedOperationException e) {
            refuse.run(); // only initializers may add one, and they have all run
        }
    }

    private static boolean hasFilters(ServletContext web) {
        return web.getAttribute(Deployment.HAS_FILTERS) != null;
    }
}
