package io.weir.cdi;

import io.weir.http.HttpDeployment;
import jakarta.servlet.Servlet;
import jakarta.servlet.ServletContext;

/** Tells servlets, where there is the Servlet API. */
final class Servlets {

    private static final boolean PRESENT = Blueprint.isPresent("jakarta.servlet.Servlet");

    private Servlets() {}

    static boolean arePresent() {
        return PRESENT;
    }

    static boolean is(Class<?> type) {
        return PRESENT && Api.isServlet(type);
    }

    /** Whether what was started is a web application. */
    static boolean isContext(Object started) {
        return PRESENT && Api.isContext(started);
    }

    /** Whether what was started is a web application that Weir's filters were left out of. */
    static boolean lackFilters(Object started) {
        return PRESENT && Api.lackFilters(started);
    }

    /** Loaded only where the Servlet API is. */
    private static final class Api {
        static boolean isServlet(Class<?> type) {
            return Servlet.class.isAssignableFrom(type);
        }

        static boolean isContext(Object started) {
            return started instanceof ServletContext;
        }

        static boolean lackFilters(Object started) {
            return started instanceof ServletContext web
                    && web.getAttribute(HttpDeployment.HAS_FILTERS) == null;
        }
    }
}
