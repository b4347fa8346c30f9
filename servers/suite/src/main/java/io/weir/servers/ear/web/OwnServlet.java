package io.weir.servers.ear.web;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Calls the bean of the web module; the path {@code /page} is limited by settings. */
@WebServlet({"/own", "/page"})
public class OwnServlet extends HttpServlet {

    @Inject Own own;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        boolean page = request.getServletPath().equals("/page");
        response.getWriter().print(page ? "page" : own.limited());
    }
}
