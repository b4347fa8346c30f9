package io.weir.release;

import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;

/**
 * The program of a {@link NodeProcess}: a Tomcat with whichever jar of Weir is on the class path.
 * It speaks to that as applications and operators do, in what {@code io.weir} and JMX promise.
 */
final class AppNode {

    private AppNode() {}

    @SuppressWarnings("deprecation") // Tomcat has no other name for it
    public static void main(String[] arguments) throws Exception {
        Tomcat tomcat = new Tomcat();
        String directory = Files.createTempDirectory("weir-node").toString();
        tomcat.setBaseDir(directory);
        Connector connector = new Connector();
        connector.setThrowOnFailure(true);
        connector.setProperty("address", "127.0.0.1");
        connector.setPort(0);
        tomcat.setConnector(connector);
        Context context = tomcat.addContext("", directory);
        context.setParentClassLoader(AppNode.class.getClassLoader());
        Tomcat.addServlet(context, "pages", new Pages());
        context.addServletMappingDecoded("/", "pages");
        ServiceLoader.load(ServletContainerInitializer.class)
                .forEach(i -> context.addServletContainerInitializer(i, null));
        tomcat.start();
        System.out.println("port " + connector.getLocalPort());
        tomcat.getServer().await();
    }

    /**
     * {@code /hand?policy&id} asks for a permit, {@code /reserve?policy&id&permits} for several,
     * {@code /settle?policy&id&permits} settles what was admitted of that last, {@code
     * /jmx?operation&with} asks an operator's bean.
     */
    private static final class Pages extends HttpServlet {
        private static final long serialVersionUID = 1L;

        private final transient Map<String, Object> reserved = new ConcurrentHashMap<>();

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response)
                throws IOException {
            switch (request.getServletPath()) {
                case "/hand", "/reserve", "/settle" -> {
                    try {
                        response.getWriter().print(asked(request));
                    } catch (ReflectiveOperationException e) {
                        throw new IOException(e);
                    }
                }
                case "/jmx" -> {
                    try {
                        response.getWriter()
                                .print(
                                        operated(
                                                request.getParameter("operation"),
                                                request.getParameterValues("with")));
                    } catch (JMException e) {
                        throw new IOException(e);
                    }
                }
                default -> response.getWriter().print("ok");
            }
        }

        /** By reflection: this is compiled against neither of the jars. */
        private Object asked(HttpServletRequest request) throws ReflectiveOperationException {
            String policy = request.getParameter("policy");
            Object[] id = {request.getParameter("id")};
            String permits = request.getParameter("permits");
            Class<?> type = Class.forName("io.weir.RateLimiter");
            Object limiter = getServletContext().getAttribute(type.getName());
            if (permits == null) {
                return type.getMethod("tryAcquire", String.class, Object[].class)
                        .invoke(limiter, policy, id)
                        .getClass()
                        .getSimpleName();
            }
            Class<?> reservation = Class.forName("io.weir.Reservation");
            String name = policy + ' ' + id[0];
            if (request.getServletPath().equals("/settle")) {
                return reservation
                        .getMethod("settle", long.class)
                        .invoke(reserved.remove(name), Long.parseLong(permits));
            }
            Object made =
                    type.getMethod("reserve", String.class, long.class, Object[].class)
                            .invoke(limiter, policy, Long.parseLong(permits), id);
            String decision =
                    reservation.getMethod("decision").invoke(made).getClass().getSimpleName();
            if (decision.equals("Admitted")) {
                reserved.put(name, made);
            }
            return decision;
        }

        private static Object operated(String operation, String... with) throws JMException {
            MBeanServer server = ManagementFactory.getPlatformMBeanServer();
            ObjectName limiter =
                    server.queryNames(new ObjectName("io.weir:type=Limiter,*"), null).stream()
                            .findFirst()
                            .orElseThrow();
            String[] types = new String[with.length];
            Arrays.fill(types, String.class.getName());
            return server.invoke(limiter, operation, with, types);
        }
    }
}
