package io.weir.servers.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** What a registry of Micrometer has counted that is a bean of the application. */
@WebServlet("/counted")
public class CountedServlet extends HttpServlet {

    @Inject private MeterRegistry registry;

    /** Makes the bean. */
    @Dependent
    public static class Own {

        @Produces
        @Singleton
        MeterRegistry registry() {
            return new SimpleMeterRegistry();
        }
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        long refused =
                registry.find("weir.decisions").tag("outcome", "refused").timers().stream()
                        .mapToLong(Timer::count)
                        .sum();
        response.getWriter().print(refused);
    }
}
