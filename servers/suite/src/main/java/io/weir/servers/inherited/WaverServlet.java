package io.weir.servers.inherited;

import jakarta.ejb.EJB;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Calls what a session bean inherits from its interface. */
@WebServlet("/wave")
public class WaverServlet extends HttpServlet {

    @EJB Waving waver;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        response.getWriter().print(waver.wave());
    }
}
