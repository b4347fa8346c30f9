package io.weir.proxies;

import io.weir.ClientIdentity;
import io.weir.internal.edge.cdi.Deployed;
import io.weir.internal.edge.servlet.WeirInitializer;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.valves.RemoteIpValve;

/** A Tomcat in this JVM with the library, whose one page says whom the request came from. */
final class ClientPage implements AutoCloseable {

    private final Deployed deployed;
    private final Tomcat tomcat = new Tomcat();

    private ClientPage(Map<String, String> settings) {
        deployed = Deployed.with(settings);
    }

    /**
     * Starts one.
     *
     * @param directory for what Tomcat writes
     * @param address to listen at; one with a slash is a Unix socket, without a port
     * @param port on the address
     * @param settings of Weir
     * @param valve an element of server.xml, or empty
     */
    static ClientPage started(
            Path directory, String address, int port, Map<String, String> settings, String valve)
            throws LifecycleException {
        ClientPage page = new ClientPage(settings);
        try {
            page.start(directory, address, port, valve);
            return page;
        } catch (Throwable e) {
            page.close();
            throw e;
        }
    }

    private void start(Path directory, String address, int port, String valve)
            throws LifecycleException {
        tomcat.setBaseDir(directory.toString());
        Connector connector = new Connector();
        connector.setThrowOnFailure(true);
        if (address.startsWith("/")) {
            connector.setProperty("unixDomainSocketPath", address);
        } else {
            connector.setProperty("address", address);
            connector.setPort(port);
        }
        tomcat.setConnector(connector);
        if (!valve.isEmpty()) {
            tomcat.getEngine().getPipeline().addValve(remoteIp(valve));
        }
        Context context = tomcat.addContext("", directory.toString());
        context.addServletContainerInitializer(new WeirInitializer(), Set.of());
        Tomcat.addServlet(context, "client", new Page(deployed.get(ClientIdentity.class)));
        context.addServletMappingDecoded("/client", "client");
        tomcat.start();
    }

    private static RemoteIpValve remoteIp(String element) {
        Matcher shape =
                Pattern.compile(
                                "<Valve className=\"org\\.apache\\.catalina\\.valves\\.RemoteIpValve\""
                                        + "(?: internalProxies=\"([^\"]+)\")?/>")
                        .matcher(element);
        if (!shape.matches()) {
            throw new IllegalArgumentException("not understood: " + element);
        }
        RemoteIpValve valve = new RemoteIpValve();
        if (shape.group(1) != null) {
            valve.setInternalProxies(shape.group(1));
        }
        return valve;
    }

    @Override
    public void close() {
        try {
            tomcat.stop();
            tomcat.destroy();
        } catch (LifecycleException e) {
            throw new IllegalStateException(e);
        } finally {
            deployed.close();
        }
    }

    private static final class Page extends HttpServlet {

        private static final long serialVersionUID = 1;

        private final transient ClientIdentity client;

        Page(ClientIdentity client) {
            this.client = client;
        }

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response)
                throws IOException {
            StringBuilder text = new StringBuilder();
            text.append("peer: ").append(client.peer()).append('\n');
            text.append("address: ").append(client.address()).append('\n');
            text.append("key: ").append(client.key()).append('\n');
            client.findings().forEach(one -> text.append("finding: ").append(one).append('\n'));
            response.setContentType("text/plain");
            response.getWriter().write(text.toString());
        }
    }
}
