package io.weir.internal.edge.cdi;

import io.weir.internal.app.ByName;
import io.weir.internal.app.Deployment;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;

/** Tells web applications, where there is the Servlet API. */
final class Servlets {

    private static final boolean PRESENT = ByName.isPresent("jakarta.servlet.Servlet");

    private Servlets() {}

    /** Whether what was started is a web application. */
    static boolean isContext(Object started) {
        return PRESENT && Api.isContext(started);
    }

    /** Refuses where what was started is a web application that Weir's filters were left out of. */
    static void requireFilters(Object started, Runnable refuse) {
        if (PRESENT) {
            Api.requireFilters(started, refuse);
        }
    }

    /**
     * Loaded only where the Servlet API is. Weld is an initializer itself on Tomcat, in any order.
     */
    private static final class Api {
        static boolean isContext(Object started) {
            return started instanceof ServletContext;
        }

        static void requireFilters(Object started, Runnable refuse) {
            if (!(started instanceof ServletContext web) || hasFilters(web)) {
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
}
