package io.weir.cdi;

import jakarta.servlet.Servlet;

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

    /** Loaded only where the Servlet API is. */
    private static final class Api {
        static boolean isServlet(Class<?> type) {
            return Servlet.class.isAssignableFrom(type);
        }
    }
}
