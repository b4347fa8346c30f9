package io.weir.servers.ways;

import io.weir.Settled;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Answers with the status it is asked for, in several ways; configuration limits its paths. */
@WebServlet(
        value = {"/form/*", "/tokens/*"},
        asyncSupported = true)
public class FormServlet extends HttpServlet {

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        String path = request.getPathInfo() == null ? "" : request.getPathInfo();
        int status =
                request.getParameter("status") == null
                        ? 200
                        : Integer.parseInt(request.getParameter("status"));
        if (request.getParameter("actual") != null) {
            long actual = Long.parseLong(request.getParameter("actual"));
            request.setAttribute(Settled.class.getName(), (Settled) () -> actual);
        }
        switch (path) {
            case "/error" -> response.sendError(status);
            case "/thrown" -> {
                if (status >= 400) {
                    throw new ServletException("as asked for");
                }
                response.getWriter().print("form");
            }
            case "/async" -> {
                AsyncContext later = request.startAsync();
                new Thread(
                                () -> {
                                    response.setStatus(status);
                                    later.complete();
                                })
                        .start();
            }
            case "/dispatched" -> request.startAsync().dispatch("/form/answer?status=" + status);
            case "/included" -> request.getRequestDispatcher("/part/x").include(request, response);
            default -> {
                response.setStatus(status);
                response.getWriter().print("form");
            }
        }
    }
}
