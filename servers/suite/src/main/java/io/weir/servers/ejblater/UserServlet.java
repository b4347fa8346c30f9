package io.weir.servers.ejblater;

import jakarta.ejb.EJB;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Calls the bean, and waits for it. */
@WebServlet("/ejb-user/*")
public class UserServlet extends HttpServlet {

    @EJB UserBean bean;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws IOException, ServletException {
        Future<String> done =
                switch (request.getPathInfo()) {
                    case "/limited" -> bean.limited();
                    case "/member" -> bean.member();
                    case "/client" -> bean.perClient();
                    default -> bean.below();
                };
        try {
            response.getWriter().print(done.get(20, TimeUnit.SECONDS));
        } catch (Exception e) { // a refusal somewhere in it
            throw new ServletException(e);
        }
    }
}
