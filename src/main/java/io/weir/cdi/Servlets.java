package io.weir.cdi;

import jakarta.servlet.Servlet;

/** Tells servlets; loaded only where the Servlet API is. */
final class Servlets {

    private Servlets() {}

    static boolean isServlet(Class<?> type) {
        return Servlet.class.isAssignableFrom(type);
    }
}
