package io.weir.servers.app;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Knows nothing of limits; configuration limits {@code /search}. */
@WebServlet(
        value = {"/search", "/elsewhere", "/notified", "/dispatch/target"},
        asyncSupported = true)
public class PageServlet extends HttpServlet {

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        response.getWriter().print("page");
    }
}
