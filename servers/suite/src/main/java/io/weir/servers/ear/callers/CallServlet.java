package io.weir.servers.ear.callers;

import io.weir.servers.ear.ejb.Mails;
import io.weir.servers.ear.ejb.Orders;
import io.weir.servers.ear.shared.Shared;
import jakarta.ejb.EJB;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Calls beans of the EJB jar and of the EAR's {@code lib}. */
@WebServlet("/call/*")
public class CallServlet extends HttpServlet {

    @EJB Mails mails;
    @Inject Orders orders;
    @Inject Shared shared;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        response.getWriter()
                .print(
                        switch (request.getPathInfo()) {
                            case "/mails" -> mails.send();
                            case "/orders" -> orders.place();
                            case "/orders/hand" -> orders.byHand();
                            case "/shared" -> shared.limited();
                            default -> shared.byHand();
                        });
    }
}
