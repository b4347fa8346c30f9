package io.weir.servers.ejblater;

import jakarta.ejb.EJB;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Orders by the way in the path, and tells what became of an order. */
@WebServlet("/orders/*")
public class OrdersServlet extends HttpServlet {

    @EJB Orders orders;
    @Inject OrdersOfCdi ofCdi;
    @Inject Outcomes outcomes;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        String order = request.getQueryString();
        response.getWriter()
                .print(
                        switch (request.getPathInfo()) {
                            case "/ejb/bean" -> orders.bean(order);
                            case "/ejb/bean-caught" -> orders.beanCaught(order);
                            case "/ejb/limited-caught" -> orders.limitedCaught(order);
                            case "/ejb/apart-caught" -> orders.apartCaught(order);
                            case "/cdi/bean" -> ofCdi.bean(order);
                            case "/cdi/bean-caught" -> ofCdi.beanCaught(order);
                            default -> outcomes.of(order);
                        });
    }
}
