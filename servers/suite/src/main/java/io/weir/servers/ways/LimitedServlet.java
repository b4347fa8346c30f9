package io.weir.servers.ways;

import io.weir.RateLimited;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** A servlet whose class has the limit, wherever it is mapped. */
@WebServlet({"/limited", "/limited/*", "*.limited"})
@RateLimited("3/min")
public class LimitedServlet extends HttpServlet {

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        response.getWriter().print("limited");
    }
}
