package io.weir.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A WildFly process of its own, from the provisioned one, with one WAR. */
final class Node {

    private static final Duration START = Duration.ofSeconds(120);

    private final Process process;
    private final Path log;
    private final Client client;

    private Node(Process process, Path log, Client client) {
        this.process = process;
        this.log = log;
        this.client = client;
    }

    /** Starts it in a directory that does not exist yet; returns before it serves. */
    static Node started(Path base, Path war, String... options) throws IOException {
        Path home = Path.of(System.getProperty("jboss.home"));
        copy(home.resolve("standalone/configuration"), base.resolve("configuration"));
        Path configuration = base.resolve("configuration/standalone.xml");
        String text = Files.readString(configuration);
        int end = text.lastIndexOf("</server>"); // Undertow has a server of its own in there
        String deployments =
                "<deployments><deployment name=\"nodes.war\" runtime-name=\"nodes.war\">"
                        + "<fs-archive path=\""
                        + war
                        + "\"/></deployment></deployments>";
        Files.writeString(
                configuration, text.substring(0, end) + deployments + text.substring(end));

        int port = SuiteRedis.freePort();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx384m");
        command.add("-Djboss.home.dir=" + home);
        command.add("-Djboss.server.base.dir=" + base);
        command.add("-Djboss.bind.address=127.0.0.1");
        command.add("-Djboss.bind.address.management=127.0.0.1");
        command.add("-Djboss.http.port=" + port);
        command.add("-Djboss.management.http.port=0");
        command.add("-Djboss.node.name=" + base.getFileName());
        command.addAll(List.of(options));
        command.add("-jar");
        command.add(home.resolve("jboss-modules.jar").toString());
        command.add("-mp");
        command.add(home.resolve("modules").toString());
        command.add("org.jboss.as.standalone");

        Path log = base.resolve("console.log");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(Redirect.to(log.toFile()))
                        .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        URI address = URI.create("http://127.0.0.1:" + port + "/nodes/");
        return new Node(process, log, new Client(address.toURL()));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : paths.sorted(Comparator.naturalOrder()).toList()) {
                Path target = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(path, target);
                }
            }
        }
    }

    Client client() {
        return client;
    }

    /** Waits until Redis decides. */
    void awaitRedis() throws IOException {
        long start = System.nanoTime();
        while (process.isAlive() && System.nanoTime() - start < START.toNanos()) {
            try {
                if (client.get("limiter/store").body().equals("REDIS")) {
                    return;
                }
            } catch (UncheckedIOException e) {
                // Not listening yet.
            }
            LockSupport.parkNanos(100_000_000);
        }
        throw new IllegalStateException("not ready: " + Files.readString(log));
    }

    /** As {@code kill -9} does. */
    void kill() {
        try {
            process.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
