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
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import java.util.stream.Stream;

/**
 * A server with the shop, as a process on 127.0.0.1 that never outlives this JVM: however the JVM
 * ends, short of SIGKILL, it ends the server first and waits for it.
 */
public final class ShopServer implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(120);
    private static final Duration STOP = Duration.ofSeconds(15);
    private static final AtomicInteger NEXT_PORT = new AtomicInteger(new Random().nextInt());

    /** The same on all nodes, as in a directory of users. */
    private static final String PASSWORD = random();

    private final Process process;
    private final URI page;
    private final String password;
    private final Thread hook = new Thread(this::end, "end-shop");

    private ShopServer(Process process, int port, String password) {
        this.password = password;
        this.process = process;
        this.page = URI.create("http://localhost:" + port + "/shop/");
    }

    /**
     * Serves the shop until it is stopped: the run lines of the README.
     *
     * @param arguments the kind of the server, the build folder, and the port
     */
    public static void main(String... arguments) throws IOException, InterruptedException {
        ServerKind kind = ServerKind.named(arguments[0]);
        Path target = Path.of(arguments[1]);
        int port = Integer.parseInt(arguments[2]);
        try (ShopServer server =
                start(kind, target, "run", port, System.getenv(), Redirect.INHERIT)) {
            System.out.println("\nThe shop is open: " + server.page + "  (Ctrl-C closes it)");
            System.out.println(
                    "Its console: %soperator/  (user %s, password %s)%n"
                            .formatted(server.page, ServerKind.OPERATOR, server.password));
            server.process.waitFor();
        }
    }

    /**
     * Starts the server, with a configuration as good as new, and waits until it answers.
     *
     * @param kind which server
     * @param target the build folder, with the server and the shop in it
     * @param name a folder in it for what this server writes
     * @param port the port for HTTP
     * @param environment the whole environment of the server
     * @param output where it prints to
     * @return the running server
     * @throws IOException if the port is in use, or the shop does not start
     */
    static ShopServer start(
            ServerKind kind,
            Path target,
            String name,
            int port,
            Map<String, String> environment,
            Redirect output)
            throws IOException, InterruptedException {
        requireFree(port);
        Path base = target.resolve(name);
        delete(base);
        String password = PASSWORD;
        ProcessBuilder command = new ProcessBuilder(kind.layOut(target, base, port, password));
        command.environment().clear();
        command.environment().putAll(environment);
        command.redirectErrorStream(true).redirectOutput(output);
        ShopServer server = new ShopServer(command.start(), port, password);
        try {
            Runtime.getRuntime().addShutdownHook(server.hook);
            server.awaitPage(status -> kind.hasFailed(base, status));
            return server;
        } catch (Throwable e) {
            server.close();
            throw e;
        }
    }

    /**
     * Starts the server of this build for a test, whose clients say which address they have. It
     * writes its log beside its folder.
     *
     * @param name a folder for what this server writes
     * @param settings environment variables; those of Redis and Weir that this JVM has do not count
     * @return the running server
     */
    static ShopServer startForTest(String name, Map<String, String> settings)
            throws IOException, InterruptedException {
        Path target = Path.of(System.getProperty("shop.target"));
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.keySet().removeIf(key -> key.startsWith("REDIS_") || key.startsWith("WEIR_"));
        environment.put("WEIR_CLIENT_TRUSTED_PROXIES", "127.0.0.1");
        environment.putAll(settings);
        return start(
                kind(),
                target,
                name,
                freePort(),
                environment,
                Redirect.to(target.resolve(name + ".log").toFile()));
    }

    /** The server of this build. */
    static ServerKind kind() {
        return ServerKind.named(System.getProperty("shop.server"));
    }

    /** A port that nobody listens on, below those of outgoing connections: none takes it. */
    static int freePort() {
        while (true) {
            int port = 10_000 + Math.floorMod(NEXT_PORT.getAndIncrement(), 10_000);
            try (ServerSocket socket =
                    new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // In use: the next one.
            }
        }
    }

    private static String random() {
        byte[] random = new byte[6];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    /** Of the JVM that has the shop: Payara starts it in a second process. */
    long pid() {
        return process.descendants().reduce((one, next) -> next).orElse(process.toHandle()).pid();
    }

    /** Of the user who may use the console; another one for each run. */
    String password() {
        return password;
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

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> paths = Files.walk(folder)) {
                for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    private void awaitPage(IntPredicate failed) throws IOException, InterruptedException {
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest request = HttpRequest.newBuilder(page).timeout(START).build();
        long begun = System.nanoTime();
        while (System.nanoTime() - begun < START.toNanos()) {
            if (process.waitFor(100, TimeUnit.MILLISECONDS)) {
                throw new IOException("The server ended with " + process.exitValue());
            }
            int status;
            try {
                status = client.send(request, BodyHandlers.discarding()).statusCode();
            } catch (IOException e) {
                // Not listening yet.
                continue;
            }
            if (status == 200) {
                return;
            }
            if (failed.test(status)) {
                throw new IOException("The shop could not be deployed; the server's log says why");
            }
        }
        throw new IOException("No page at " + page + " within " + START.toSeconds() + " s");
    }

    private void end() {
        // Payara is two processes: the one that starts, and the server.
        List<ProcessHandle> processes =
                Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
        processes.forEach(ProcessHandle::destroy);
        try {
            CompletableFuture.allOf(
                            processes.stream()
                                    .map(ProcessHandle::onExit)
                                    .toArray(CompletableFuture[]::new))
                    .get(STOP.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            processes.forEach(ProcessHandle::destroyForcibly);
        } catch (InterruptedException e) {
            processes.forEach(ProcessHandle::destroyForcibly);
            Thread.currentThread().interrupt();
        }
    }
}
