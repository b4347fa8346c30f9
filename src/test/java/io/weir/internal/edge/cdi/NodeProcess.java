package io.weir.internal.edge.cdi;

import io.weir.Decision;
import io.weir.LimiterStatus;
import io.weir.RateLimiter;
import io.weir.internal.app.Deployment;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One node in a JVM of its own, deployed as an application is, asked line by line: {@code all KEY}
 * takes until it is refused, {@code one KEY} asks once, {@code spin KEY} asks by {@link Spin},
 * {@code status} says who decides. Settings are system properties.
 */
final class NodeProcess implements AutoCloseable {

    private final Process process;
    private final PrintWriter to;
    private final BufferedReader from;

    private NodeProcess(Process process) {
        this.process = process;
        to = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
        from = process.inputReader(StandardCharsets.UTF_8);
    }

    static NodeProcess started(List<String> settings) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(
                java.nio.file.Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx128m");
        settings.forEach(setting -> command.add("-D" + setting));
        command.addAll(
                List.of("-cp", System.getProperty("java.class.path"), NodeProcess.class.getName()));
        Process started =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
        NodeProcess node = new NodeProcess(started);
        node.answer();
        return node;
    }

    String ask(String line) throws IOException {
        to.println(line);
        return answer();
    }

    /** Anything else that the process prints is not for us. */
    private String answer() throws IOException {
        for (String line = from.readLine(); line != null; line = from.readLine()) {
            if (line.startsWith("> ")) {
                return line.substring(2);
            }
        }
        throw new IOException("the node has ended");
    }

    /** Does not wait for the answer. */
    void tell(String line) {
        to.println(line);
    }

    String heard() throws IOException {
        return answer();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    public static void main(String[] arguments) throws IOException {
        try (Deployed app = Deployed.with();
                BufferedReader in =
                        new BufferedReader(
                                new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            app.get(Deployment.class).start("/nodes", Set.of(), Map.of());
            RateLimiter limiter = app.get(RateLimiter.class);
            LimiterStatus status = app.get(LimiterStatus.class);
            System.out.println("> ready");
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String key = line.substring(line.indexOf(' ') + 1);
                if (line.startsWith("spin ")) {
                    System.out.println("> " + Spin.of(key, limiter));
                    continue;
                }
                int admitted = 0;
                if (line.startsWith("all ")) {
                    while (admits(limiter, key)) {
                        admitted++;
                    }
                } else if (line.startsWith("one ")) {
                    admitted = admits(limiter, key) ? 1 : 0;
                }
                System.out.println(
                        line.equals("status")
                                ? "> " + status.store() + " " + status.nodes()
                                : "> " + admitted);
            }
        }
    }

    private static boolean admits(RateLimiter limiter, String key) {
        return limiter.tryAcquire("outage", key) instanceof Decision.Admitted;
    }
}
