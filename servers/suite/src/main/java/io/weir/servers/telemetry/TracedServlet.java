package io.weir.servers.telemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import io.weir.RateLimiter;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Asks the limiter within a span. */
@WebServlet("/traced")
public class TracedServlet extends HttpServlet {

    @Inject private RateLimiter limiter;
    @Inject private OpenTelemetry telemetry;

    @Override
    @SuppressWarnings("try") // the scope is closed, and needs no more
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Span span = telemetry.getTracer("suite").spanBuilder("asked").startSpan();
        try (Scope scope = span.makeCurrent()) {
            String decision = limiter.tryAcquire("traced").getClass().getSimpleName();
            response.getWriter().print(decision);
        } finally {
            span.end();
        }
    }
}
