package io.weir.servers.bare;

import io.weir.RateLimited;
import io.weir.RateLimiter;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Limited as a servlet, and asks the limiter that the servlet context has. */
@RateLimited("4/min")
@WebServlet("/attribute")
public class AttributeServlet extends HttpServlet {

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        RateLimiter limiter =
                (RateLimiter) getServletContext().getAttribute(RateLimiter.class.getName());
        response.getWriter()
                .print(
                        limiter.tryAcquire("by_hand", request.getParameter("id"))
                                .getClass()
                                .getSimpleName());
    }
}
