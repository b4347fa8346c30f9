package io.weir.servers.app;

import io.weir.ClientIdentity;
import io.weir.Decision;
import io.weir.LimiterStatus;
import io.weir.RateLimiter;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** What an application may inject, asked by hand. */
@WebServlet("/limiter/*")
public class LimiterServlet extends HttpServlet {

    @Inject RateLimiter limiter;
    @Inject ClientIdentity client;
    @Inject LimiterStatus status;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        switch (request.getPathInfo()) {
            case "/acquire" ->
                    response.getWriter()
                            .print(
                                    limiter.tryAcquire(
                                                    request.getParameter("policy"),
                                                    request.getParameter("id"))
                                            .getClass()
                                            .getSimpleName());
            case "/flood" -> {
                int admitted = 0;
                for (int i = Integer.parseInt(request.getParameter("times")); i > 0; i--) {
                    if (limiter.tryAcquire(request.getParameter("policy"))
                            instanceof Decision.Admitted) {
                        admitted++;
                    }
                }
                response.getWriter().print(admitted);
            }
            case "/client" -> response.getWriter().print(client.address() + " " + client.key());
            case "/store" -> response.getWriter().print(status.store());
            default -> response.sendError(HttpServletResponse.SC_NOT_FOUND);
        }
    }
}
