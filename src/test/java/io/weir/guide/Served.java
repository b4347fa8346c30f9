package io.weir.guide;

import io.weir.internal.edge.cdi.Deployed;
import io.weir.internal.edge.servlet.WeirInitializer;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.Principal;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.ErrorPage;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.jspecify.annotations.Nullable;

/** A Tomcat in this JVM with the library and an application; each path does what a test says. */
public final class Served implements AutoCloseable {

    /** What the application does with a request. */
    public interface Page {
        void serve(HttpServletRequest request, HttpServletResponse response) throws Exception;
    }

    private final Deployed deployed;
    private final Tomcat tomcat = new Tomcat();
    private final HttpClient client = HttpClient.newHttpClient();
    private volatile Page page = (request, response) -> response.getWriter().print("ok");

    private Served(Map<String, String> settings, Class<?>... classes) {
        deployed = Deployed.with(settings, classes);
    }

    /**
     * Starts it.
     *
     * @param directory for what Tomcat writes
     * @param settings of Weir
     * @param classes beans, and servlets that say their paths
     */
    public static Served with(Path directory, Map<String, String> settings, Class<?>... classes)
            throws LifecycleException {
        Class<?>[] beans =
                Arrays.stream(classes).filter(c -> !isServlet(c)).toArray(Class<?>[]::new);
        Served served = new Served(settings, beans);
        try {
            served.start(directory, classes);
            return served;
        } catch (Throwable e) {
            served.close();
            throw e;
        }
    }

    private static boolean isServlet(Class<?> type) {
        return HttpServlet.class.isAssignableFrom(type);
    }

    private void start(Path directory, Class<?>... classes) throws LifecycleException {
        tomcat.setBaseDir(directory.toString());
        Connector connector = new Connector();
        connector.setThrowOnFailure(true);
        connector.setProperty("address", "127.0.0.1");
        connector.setPort(0);
        tomcat.setConnector(connector);
        Context context = tomcat.addContext("", directory.toString());
        context.setParentClassLoader(Served.class.getClassLoader());
        Set<Class<?>> annotated = new HashSet<>();
        for (Class<?> type : classes) {
            if (isServlet(type)) {
                annotated.add(type);
                Tomcat.addServlet(context, type.getSimpleName(), type.getName());
                for (String path : type.getAnnotation(WebServlet.class).value()) {
                    context.addServletMappingDecoded(path, type.getSimpleName());
                }
            }
        }
        Tomcat.addServlet(context, "pages", new Pages());
        context.addServletMappingDecoded("/", "pages");
        FilterDef users = new FilterDef();
        users.setFilterName("users");
        users.setFilter(new Users());
        context.addFilterDef(users);
        FilterMap everywhere = new FilterMap();
        everywhere.setFilterName("users");
        everywhere.addURLPattern("/*");
        context.addFilterMap(everywhere);
        ErrorPage busy = new ErrorPage();
        busy.setErrorCode(429);
        busy.setLocation("/busy.html");
        context.addErrorPage(busy);
        context.addServletContainerInitializer(new WeirInitializer(), annotated);
        tomcat.start();
    }

    /** From now on each path that is not a servlet's does this. */
    public void page(Page page) {
        this.page = page;
    }

    public <T> T get(Class<T> type) {
        return deployed.get(type);
    }

    /** Asks for a path; headers are names and values in turn. */
    public HttpResponse<String> get(String path, String... headers) throws Exception {
        return send("GET", path, headers);
    }

    public HttpResponse<String> send(String method, String path, String... headers)
            throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(
                                URI.create(
                                        "http://127.0.0.1:"
                                                + tomcat.getConnector().getLocalPort()
                                                + path))
                        .timeout(Duration.ofSeconds(30))
                        .method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** How many of these requests are admitted before one is refused. */
    int admitted(String path, String... headers) throws Exception {
        for (int requests = 0; requests < 1_000; requests++) {
            if (get(path, headers).statusCode() == 429) {
                return requests;
            }
        }
        return 1_000;
    }

    @Override
    public void close() {
        try {
            if (tomcat.getServer() != null) {
                tomcat.stop();
                tomcat.destroy();
            }
        } catch (LifecycleException e) {
            throw new IllegalStateException(e);
        } finally {
            deployed.close();
        }
    }

    /** The paths that are not a servlet's of the application. */
    private final class Pages extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response)
                throws ServletException, IOException {
            try {
                page.serve(request, response);
            } catch (RuntimeException | ServletException | IOException e) {
                throw e;
            } catch (Exception e) {
                throw new ServletException(e);
            }
        }
    }

    /** The application's own way to know who asks. */
    private static final class Users extends HttpFilter {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doFilter(
                HttpServletRequest request,
                HttpServletResponse response,
                jakarta.servlet.FilterChain chain)
                throws IOException, ServletException {
            String user = request.getHeader("X-User");
            chain.doFilter(
                    new HttpServletRequestWrapper(request) {
                        @Override
                        public @Nullable Principal getUserPrincipal() {
                            return user == null ? null : () -> user;
                        }
                    },
                    response);
        }
    }
}
