package io.weir.servers.enforced;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** What stands behind the filters. */
@WebServlet(
        name = "page",
        urlPatterns = {"/page/*", "/guarded/*", "/guarded-failure/*", "/guarded-user/*"})
public class Page extends HttpServlet {

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        if (String.valueOf(request.getPathInfo()).equals("/denied")) {
            response.sendError(HttpServletResponse.SC_FORBIDDEN);
            return;
        }
        response.getWriter().print("page");
    }
}
