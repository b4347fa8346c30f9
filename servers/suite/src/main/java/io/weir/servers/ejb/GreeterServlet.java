package io.weir.servers.ejb;

import jakarta.ejb.EJB;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Calls the session bean from a servlet. */
@WebServlet({"/greet", "/greet-far"})
public class GreeterServlet extends HttpServlet {

    @EJB Greeter greeter;
    @EJB FarGreeter far;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        boolean isFar = request.getServletPath().equals("/greet-far");
        response.getWriter().print(isFar ? far.greet() : greeter.greet());
    }
}
