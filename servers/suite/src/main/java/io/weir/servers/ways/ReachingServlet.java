package io.weir.servers.ways;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Reaches the limited servlet by its path and by its name. */
@WebServlet("/reach/*")
public class ReachingServlet extends HttpServlet {

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        String way = request.getPathInfo();
        RequestDispatcher limited =
                way.startsWith("/named")
                        ? getServletContext().getNamedDispatcher(LimitedServlet.class.getName())
                        : request.getRequestDispatcher("/limited/reached");
        if (way.endsWith("forward")) {
            limited.forward(request, response);
        } else {
            limited.include(request, response);
        }
    }
}
