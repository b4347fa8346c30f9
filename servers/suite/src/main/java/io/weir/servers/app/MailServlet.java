package io.weir.servers.app;

import jakarta.inject.Inject;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Calls limited methods of a bean, and lets their refusals escape. */
@WebServlet("/mail/*")
public class MailServlet extends HttpServlet {

    @Inject Mailer mailer;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        boolean included = request.getDispatcherType() == DispatcherType.INCLUDE;
        switch (included ? "/send" : request.getPathInfo()) {
            case "/send" -> {
                int times = Integer.parseInt(request.getParameter("times"));
                for (int i = 0; i < times; i++) {
                    mailer.send();
                }
                response.getWriter().print("sent " + times);
            }
            case "/wrapped" -> {
                try {
                    mailer.send();
                    response.getWriter().print("sent 1");
                } catch (RuntimeException e) {
                    throw new ServletException("wrapped by the application", e);
                }
            }
            case "/included" ->
                    request.getRequestDispatcher("/mail/send").include(request, response);
            case "/view" ->
                    response.getWriter()
                            .print(mailer.countView(Long.parseLong(request.getParameter("id"))));
            default -> response.sendError(HttpServletResponse.SC_NOT_FOUND);
        }
    }
}
