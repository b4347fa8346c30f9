package io.weir.console;

import io.weir.internal.operator.Operator;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextAttributeEvent;
import jakarta.servlet.ServletContextAttributeListener;
import jakarta.servlet.ServletRegistration;
import java.util.Set;

/** Adds the console to an application. Found by the servlet container; nothing to configure. */
public final class ConsoleInitializer implements ServletContainerInitializer {

    /** For the servlet container. */
    public ConsoleInitializer() {}

    @Override
    public void onStartup(Set<Class<?>> none, ServletContext context) {
        ConsoleServlet servlet = new ConsoleServlet();
        ServletRegistration.Dynamic console = context.addServlet("weir-console", servlet);
        if (console != null) { // else the application has one of that name
            console.addMapping("/weir-console/*");
            console.setAsyncSupported(true);
            context.addListener(new Begin(servlet));
        }
    }

    /** The limiter is there as soon as it has put itself into the application. */
    private record Begin(ConsoleServlet servlet) implements ServletContextAttributeListener {
        @Override
        public void attributeAdded(ServletContextAttributeEvent event) {
            if (event.getName().equals(Operator.class.getName())
                    && event.getValue() instanceof Operator operator) {
                ServletContext context = event.getServletContext();
                servlet.begin(operator, context.getResourceAsStream("/WEB-INF/web.xml"));
            }
        }
    }
}
