package io.weir.release;

import jakarta.annotation.PostConstruct;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.catalina.startup.Tomcat;

/** A node in a JVM of its own, with one jar of Weir. */
final class NodeProcess implements AutoCloseable {

    private static final Pattern PORT = Pattern.compile("(?m)^port (\\d+)$");
    private static final Duration START = Duration.ofMinutes(1);

    private final Process process;
    private final Path log;
    private final HttpClient client = HttpClient.newHttpClient();
    private int port;

    private NodeProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Starts it and waits until it serves, and until Redis counts: it begins with its memory. */
    static NodeProcess started(String name, Path jar, Map<String, String> settings)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx192m");
        settings.forEach((setting, value) -> command.add("-D" + setting + "=" + value));
        // Tomcat and this module's own classes; nothing else that is on this JVM's class path.
        StringBuilder path = new StringBuilder(jar.toString());
        for (Class<?> type : List.of(AppNode.class, Tomcat.class, PostConstruct.class)) {
            path.append(File.pathSeparator)
                    .append(
                            Path.of(
                                    URI.create(
                                            type.getProtectionDomain()
                                                    .getCodeSource()
                                                    .getLocation()
                                                    .toString())));
        }
        command.addAll(List.of("-cp", path.toString(), AppNode.class.getName()));
        Path log = Processes.WORK.resolve("node-" + name + ".log");
        Files.createDirectories(log.getParent());
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        NodeProcess node = new NodeProcess(process, log);
        try {
            node.await();
            return node;
        } catch (Throwable e) {
            node.close();
            throw e;
        }
    }

    private void await() throws IOException {
        long start = System.nanoTime();
        while (process.isAlive() && System.nanoTime() - start < START.toNanos()) {
            Matcher said = PORT.matcher(log());
            if (said.find() && log().contains("Redis connected successfully")) {
                port = Integer.parseInt(said.group(1));
                return;
            }
            LockSupport.parkNanos(100_000_000);
        }
        throw new AssertionError("the node does not serve:\n" + Files.readString(log));
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    /** The status of an answer. */
    int status(String path) throws IOException, InterruptedException {
        return get(path).statusCode();
    }

    /** What the limiter says to a call by hand. */
    String byHand(String policy, String id) throws IOException, InterruptedException {
        return get("hand?policy=" + policy + "&id=" + id).body();
    }

    /** What the limiter says to an estimate. */
    String reserved(String policy, String id, long permits)
            throws IOException, InterruptedException {
        return get("reserve?policy=" + policy + "&id=" + id + "&permits=" + permits).body();
    }

    /** Says what the estimate that was admitted last has cost. */
    void settled(String policy, String id, long permits) throws IOException, InterruptedException {
        String said = get("settle?policy=" + policy + "&id=" + id + "&permits=" + permits).body();
        if (!said.equals("true")) {
            throw new AssertionError(said + log());
        }
    }

    /** What an operation in JMX says. */
    String operated(String operation, String... with) throws IOException, InterruptedException {
        StringBuilder path = new StringBuilder("jmx?operation=" + operation);
        for (String value : with) {
            path.append("&with=").append(URLEncoder.encode(value, StandardCharsets.UTF_8));
        }
        HttpResponse<String> answer = get(path.toString());
        if (answer.statusCode() != 200) {
            throw new AssertionError(operation + ": " + answer.body() + log());
        }
        return answer.body();
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/" + path))
                        .timeout(Duration.ofSeconds(30))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** As {@code kill -9} does. */
    @Override
    public void close() {
        try {
            process.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
