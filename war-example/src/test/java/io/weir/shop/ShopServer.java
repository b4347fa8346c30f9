package io.weir.shop;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.wildfly.core.launcher.StandaloneCommandBuilder;

/**
 * The provisioned WildFly with the shop, as one process on 127.0.0.1 that never outlives this JVM:
 * however the JVM ends, short of SIGKILL, it ends the server first and waits for it.
 */
public final class ShopServer implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(120);
    private static final Duration STOP = Duration.ofSeconds(15);

    private final Process process;
    private final URI page;
    private final Thread hook = new Thread(this::end, "end-shop");

    private ShopServer(Process process, int port) {
        this.process = process;
        this.page = URI.create("http://localhost:" + port + "/shop/");
    }

    /**
     * Serves the shop until it is stopped: the run line of the README.
     *
     * @param arguments the build folder, and the port
     */
    public static void main(String... arguments) throws IOException, InterruptedException {
        int port = Integer.parseInt(arguments[1]);
        try (ShopServer server =
                start(Path.of(arguments[0]), "run", port, System.getenv(), Redirect.INHERIT)) {
            System.out.println("\nThe shop is open: " + server.page + "  (Ctrl-C closes it)\n");
            server.process.waitFor();
        }
    }

    /**
     * Starts the server, with a configuration as good as new, and waits until it answers.
     *
     * @param target the build folder, with {@code server} and {@code shop.war}
     * @param name a folder in it for what this server writes
     * @param port the port for HTTP
     * @param environment the whole environment of the server
     * @param output where it prints to
     * @return the running server
     * @throws IOException if the port is in use, or the shop does not start
     */
    static ShopServer start(
            Path target, String name, int port, Map<String, String> environment, Redirect output)
            throws IOException, InterruptedException {
        requireFree(port);
        Path base = layOut(target, name);
        ProcessBuilder command =
                new ProcessBuilder(
                        StandaloneCommandBuilder.of(target.resolve("server"))
                                .setBaseDirectory(base)
                                .addJavaOption("-Djboss.bind.address=127.0.0.1")
                                .addJavaOption("-Djboss.http.port=" + port)
                                // Any free port: nobody manages this server.
                                .addJavaOption("-Djboss.management.http.port=0")
                                .build());
        command.environment().clear();
        command.environment().putAll(environment);
        command.redirectErrorStream(true).redirectOutput(output);
        ShopServer server = new ShopServer(command.start(), port);
        try {
            Runtime.getRuntime().addShutdownHook(server.hook);
            server.awaitPage(base.resolve("deployments/shop.war.failed"));
            return server;
        } catch (Throwable e) {
            server.close();
            throw e;
        }
    }

    /** A port that was free a moment ago. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Where the page is. */
    URI page() {
        return page;
    }

    @Override
    public void close() {
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is ending already, and the hook does the same.
        }
    }

    private static void requireFree(int port) throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            throw new IOException("Port " + port + " is in use; end what listens there first", e);
        }
    }

    private static Path layOut(Path target, String name) throws IOException {
        Path base = target.resolve(name);
        if (Files.exists(base)) {
            for (Path old : tree(base, Comparator.reverseOrder())) {
                Files.delete(old);
            }
        }
        Path pristine = target.resolve("server/standalone");
        for (Path path : tree(pristine, Comparator.naturalOrder())) {
            Files.copy(
                    path,
                    base.resolve(pristine.relativize(path)),
                    StandardCopyOption.COPY_ATTRIBUTES);
        }
        Files.copy(target.resolve("shop.war"), base.resolve("deployments/shop.war"));
        return base;
    }

    private static List<Path> tree(Path top, Comparator<Path> order) throws IOException {
        try (Stream<Path> paths = Files.walk(top)) {
            return paths.sorted(order).toList();
        }
    }

    private void awaitPage(Path failed) throws IOException, InterruptedException {
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest request = HttpRequest.newBuilder(page).timeout(START).build();
        long begun = System.nanoTime();
        while (System.nanoTime() - begun < START.toNanos()) {
            if (process.waitFor(100, TimeUnit.MILLISECONDS)) {
                throw new IOException("WildFly ended with " + process.exitValue());
            }
            if (Files.exists(failed)) {
                throw new IOException("The shop could not be deployed; WildFly's log says why");
            }
            try {
                if (client.send(request, BodyHandlers.discarding()).statusCode() == 200) {
                    return;
                }
            } catch (IOException e) {
                // Not listening yet.
            }
        }
        throw new IOException("No page at " + page + " within " + START.toSeconds() + " s");
    }

    private void end() {
        process.destroy();
        try {
            if (!process.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
