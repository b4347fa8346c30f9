package io.weir.servers.kit;

import io.weir.testing.WeirClock;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;

/** What a test inside of the server does. */
@WebServlet("/minute")
public class ClockServlet extends HttpServlet {

    @Inject WeirClock clock;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        clock.advance(Duration.ofMinutes(1));
        response.getWriter().print("later");
    }
}
