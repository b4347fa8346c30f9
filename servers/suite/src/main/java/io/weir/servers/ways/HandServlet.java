package io.weir.servers.ways;

import io.weir.Key;
import io.weir.Limit;
import io.weir.Policy;
import io.weir.RateLimiter;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;

/** The limiter by hand, and a setting that changes while the application runs. */
@WebServlet("/hand/*")
public class HandServlet extends HttpServlet {

    private static final Policy OWN =
            Policy.of("own object", new Limit.SlidingWindow(2, Duration.ofMinutes(1)));

    @Inject RateLimiter limiter;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        String id = request.getParameter("id");
        Object answer =
                switch (request.getPathInfo()) {
                    case "/try" -> limiter.tryAcquire("by_hand", id).getClass().getSimpleName();
                    case "/object" -> limiter.tryAcquire(OWN, id).getClass().getSimpleName();
                    case "/key" ->
                            limiter.tryAcquire("by_hand", Key.ofClient(id), 2)
                                    .getClass()
                                    .getSimpleName();
                    case "/peek" -> limiter.peek("by_hand", id).get(0).remaining();
                    case "/reset" -> limiter.reset("by_hand", id);
                    case "/wait" -> waited(id);
                    case "/set" -> System.setProperty(id, request.getParameter("value"));
                    default -> "?";
                };
        response.getWriter().print(answer);
    }

    private String waited(String id) {
        try {
            return limiter.acquire(Duration.ofSeconds(5), "short", id).getClass().getSimpleName();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }
}
