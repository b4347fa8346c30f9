package io.weir.servers.jetty;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jboss.arquillian.container.spi.client.container.ContainerConfiguration;
import org.jboss.arquillian.container.spi.client.container.DeployableContainer;
import org.jboss.arquillian.container.spi.client.container.DeploymentException;
import org.jboss.arquillian.container.spi.client.container.LifecycleException;
import org.jboss.arquillian.container.spi.client.protocol.ProtocolDescription;
import org.jboss.arquillian.container.spi.client.protocol.metadata.HTTPContext;
import org.jboss.arquillian.container.spi.client.protocol.metadata.ProtocolMetaData;
import org.jboss.arquillian.container.spi.client.protocol.metadata.Servlet;
import org.jboss.shrinkwrap.api.Archive;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.descriptor.api.Descriptor;

/**
 * A process of jetty-home with a folder of its own. A WAR is deployed by being moved into {@code
 * webapps}; what became of it is in the server's log.
 */
public final class JettyContainer implements DeployableContainer<JettyContainer.Configuration> {

    private static final Pattern OUTCOME =
            Pattern.compile("ServletContextHandler.*: Started |: Failed startup of context ");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Path HOME = Path.of(System.getProperty("jetty.home"));
    private static final Path BASE = Path.of(System.getProperty("jetty.base"));
    private static final File LOG = new File(System.getProperty("server.log"));
    private static final int PORT = Integer.getInteger("server.http.port");

    private Process process;

    /** It is configured by system properties of the module. */
    public static final class Configuration implements ContainerConfiguration {
        @Override
        public void validate() {}
    }

    @Override
    public Class<Configuration> getConfigurationClass() {
        return Configuration.class;
    }

    @Override
    public void setup(Configuration configuration) {}

    @Override
    public ProtocolDescription getDefaultProtocol() {
        return new ProtocolDescription("Servlet 5.0");
    }

    @Override
    public void start() throws LifecycleException {
        try {
            Files.createDirectories(BASE.resolve("webapps"));
            jetty("--add-modules=" + System.getProperty("jetty.modules")).waitFor();
            process =
                    jetty(
                            "jetty.http.host=127.0.0.1",
                            "jetty.http.port=" + PORT,
                            "jetty.deploy.scanInterval=1");
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            awaits(0, Pattern.compile("Started oejs.Server@"), "");
        } catch (IOException | DeploymentException e) {
            throw new LifecycleException("Jetty does not start, see " + LOG, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LifecycleException("Interrupted", e);
        }
    }

    private static Process jetty(String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx512m", "-jar", HOME.resolve("start.jar").toString()));
        command.add("jetty.base=" + BASE);
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .directory(BASE.toFile())
                .redirectErrorStream(true)
                .redirectOutput(Redirect.appendTo(LOG))
                .start();
    }

    @Override
    public void stop() throws LifecycleException {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LifecycleException("Interrupted", e);
        }
    }

    @Override
    public ProtocolMetaData deploy(Archive<?> archive) throws DeploymentException {
        long before = LOG.length();
        String context = "/" + archive.getName().replaceFirst("\\.war$", "");
        try {
            Path made = BASE.resolve(archive.getName());
            archive.as(ZipExporter.class).exportTo(made.toFile(), true);
            Files.move(made, war(archive), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new DeploymentException(archive.getName(), e);
        }
        String line = awaits(before, OUTCOME, context + ",");
        if (!line.contains("Started")) {
            throw new DeploymentException(line);
        }
        HTTPContext http = new HTTPContext("127.0.0.1", PORT);
        http.add(new Servlet("ArquillianServletRunner", context));
        return new ProtocolMetaData().addContext(http);
    }

    @Override
    public void undeploy(Archive<?> archive) throws DeploymentException {
        long before = LOG.length();
        try {
            if (Files.deleteIfExists(war(archive))) {
                awaits(
                        before,
                        Pattern.compile("Stopped oeje10w.WebAppContext@"),
                        archive.getName());
            }
        } catch (IOException e) {
            throw new DeploymentException(archive.getName(), e);
        }
    }

    private static Path war(Archive<?> archive) {
        return BASE.resolve("webapps").resolve(archive.getName());
    }

    @Override
    public void deploy(Descriptor descriptor) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void undeploy(Descriptor descriptor) {
        throw new UnsupportedOperationException();
    }

    /** The first line of the log with both, written after so many bytes. */
    private static String awaits(long after, Pattern event, String about)
            throws DeploymentException {
        long start = System.nanoTime();
        while (System.nanoTime() - start < PATIENCE.toNanos()) {
            try {
                byte[] log = Files.readAllBytes(LOG.toPath());
                int from = Math.toIntExact(after);
                for (String line : new String(log, from, log.length - from).split("\n")) {
                    if (event.matcher(line).find() && line.contains(about)) {
                        return line;
                    }
                }
                Thread.sleep(100);
            } catch (IOException e) {
                throw new DeploymentException("no log", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new DeploymentException("interrupted", e);
            }
        }
        throw new DeploymentException("the log does not say " + event + about);
    }
}
