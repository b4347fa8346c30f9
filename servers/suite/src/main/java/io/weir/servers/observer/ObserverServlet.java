package io.weir.servers.observer;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.util.concurrent.locks.LockSupport;
import javax.management.JMException;
import javax.management.ObjectName;

/** Tells what the server holds: threads, class loaders, and what it is. */
@WebServlet("/observer/*")
public class ObserverServlet extends HttpServlet {

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        PrintWriter out = response.getWriter();
        switch (request.getPathInfo()) {
            case "/threads" ->
                    Thread.getAllStackTraces().keySet().forEach(t -> out.println(t.getName()));
            case "/busy" -> LockSupport.parkNanos(200_000_000);
            case "/registered" -> out.print(Survivors.registered());
            case "/survivors" -> {
                collect();
                out.print(Survivors.alive());
            }
            case "/server" -> {
                out.println(getServletContext().getServerInfo());
                out.println(System.getProperty("java.runtime.version"));
            }
            default -> response.sendError(HttpServletResponse.SC_NOT_FOUND);
        }
    }

    /**
     * And by a class histogram, which collects first: on Tomcat System.gc() alone left for up to a
     * minute what was gone at once when a heap was dumped.
     */
    private static void collect() throws IOException {
        System.gc();
        try {
            ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "gcClassHistogram",
                            new Object[] {new String[0]},
                            new String[] {String[].class.getName()});
        } catch (JMException e) {
            throw new IOException(e);
        }
    }
}
