package io.weir.servers.enforced;

import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.annotation.WebListener;
import jakarta.servlet.http.HttpFilter;

/** Adds a filter when those that are declared, and this library's, have their places. */
@WebListener
public class LateListener implements ServletContextListener {

    @Override
    public void contextInitialized(ServletContextEvent event) {
        event.getServletContext()
                .addFilter("added-late", new Late())
                .addMappingForServletNames(null, true, "page");
    }

    /** Passes all on. */
    static final class Late extends HttpFilter {}
}
