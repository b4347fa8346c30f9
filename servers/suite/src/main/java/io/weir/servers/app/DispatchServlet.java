package io.weir.servers.app;

import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Reaches another servlet in every way; configuration limits the paths of both at once. */
@WebServlet(value = "/dispatch/*", asyncSupported = true)
public class DispatchServlet extends HttpServlet {

    private static final String TARGET = "/dispatch/target";

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        switch (request.getPathInfo()) {
            case "/forward" -> request.getRequestDispatcher(TARGET).forward(request, response);
            case "/include" -> request.getRequestDispatcher(TARGET).include(request, response);
            case "/async" -> request.startAsync().dispatch(TARGET);
            default -> response.sendError(HttpServletResponse.SC_NOT_FOUND);
        }
    }
}
