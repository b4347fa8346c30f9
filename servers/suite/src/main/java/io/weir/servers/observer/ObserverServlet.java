package io.weir.servers.observer;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Tells what the server holds: threads, class loaders, and what it is. */
@WebServlet("/observer/*")
public class ObserverServlet extends HttpServlet {

    private final AtomicInteger collections = new AtomicInteger();

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        PrintWriter out = response.getWriter();
        switch (request.getPathInfo()) {
            case "/threads" ->
                    Thread.getAllStackTraces().keySet().forEach(t -> out.println(t.getName()));
            case "/busy" -> LockSupport.parkNanos(200_000_000);
            case "/registered" -> out.print(Survivors.registered());
            case "/collect" -> {
                Thread collector = new Thread(this::collect, "collector");
                collector.setDaemon(true);
                collector.start();
            }
            case "/collections" -> out.print(collections.get());
            case "/survivors" -> out.print(Survivors.alive());
            case "/server" -> {
                out.println(getServletContext().getServerInfo());
                out.println(System.getProperty("java.runtime.version"));
            }
            default -> response.sendError(HttpServletResponse.SC_NOT_FOUND);
        }
    }

    /**
     * When this request is over, and in a thread of its own: the code of a frame is a root of the
     * collection, and what is compiled of the server's filter chain has the classes of filters in
     * it that it called often, of applications that are gone, too.
     */
    private void collect() {
        LockSupport.parkNanos(200_000_000);
        System.gc();
        collections.incrementAndGet();
    }
}
