package io.weir.operations;

import com.sun.tools.attach.VirtualMachine;
import io.weir.Decision;
import io.weir.Key;
import io.weir.RateLimiter;
import io.weir.internal.app.Deployment;
import io.weir.internal.edge.cdi.WeirExtension;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.regex.Pattern;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.jboss.weld.environment.se.Weld;
import org.jboss.weld.environment.se.WeldContainer;
import org.jspecify.annotations.Nullable;

/**
 * The shop whose Redis the guide is about: a JVM of its own with an environment of its own, in
 * which Weir is deployed. Its log is kept.
 */
final class Shop implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final String ANSWER = "> ";
    private static final String LOG = "log ";

    private final Process process;
    private final PrintWriter to;
    private final BlockingQueue<String> answers = new ArrayBlockingQueue<>(100);
    private final List<String> log = new ArrayList<>();
    private int read;

    private Shop(Process process) {
        this.process = process;
        to = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
        Thread reader = new Thread(this::listen, "shop-output");
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Starts it.
     *
     * @param environment what the server's environment has in addition
     * @param directory its working directory
     * @param classes a directory with its META-INF/weir.properties
     */
    static Shop started(Map<String, String> environment, Path directory, Path classes)
            throws IOException, InterruptedException {
        List<String> command =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-Dweir.redis.deadline=5s", // no call of a cold JVM is to be late
                        "-cp",
                        classes + ":" + System.getProperty("java.class.path"),
                        Shop.class.getName());
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith("REDIS") || name.startsWith("WEIR_"));
        builder.environment().putAll(environment);
        Process started = builder.start();
        Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
        Shop shop = new Shop(started);
        shop.answer();
        return shop;
    }

    private void listen() {
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.startsWith(ANSWER)) {
                    answers.add(line.substring(ANSWER.length()));
                } else if (line.startsWith(LOG)) {
                    synchronized (log) {
                        log.add(line.substring(LOG.length()));
                        log.notifyAll();
                    }
                }
            }
        } catch (IOException e) {
            // It has ended.
        }
    }

    private String answer() throws InterruptedException {
        String answer = answers.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (answer == null) {
            throw new IllegalStateException("the shop does not answer");
        }
        return answer;
    }

    /** One call of a limited method, by that client. */
    boolean admits(String policy, String client, String id) throws InterruptedException {
        to.println(policy + " " + client + " " + id);
        return answer().equals("true");
    }

    /**
     * An operation of the limiter, as jconsole calls it: from another JVM.
     *
     * @param call such as {@code peek("orders", "203.0.113.7")}
     * @return what it answers, a line for each name
     */
    @SuppressWarnings("BanJNDI") // the address is that of our own process
    String jmx(String call) throws Exception {
        VirtualMachine machine = VirtualMachine.attach(String.valueOf(process.pid()));
        JMXServiceURL address = new JMXServiceURL(machine.startLocalManagementAgent());
        machine.detach();
        try (JMXConnector console = JMXConnectorFactory.connect(address)) {
            return operation(console.getMBeanServerConnection(), call);
        }
    }

    private static String operation(MBeanServerConnection server, String call) throws Exception {
        String name = call.substring(0, call.indexOf('('));
        String[] texts =
                Pattern.compile("\"([^\"]*)\"")
                        .matcher(call)
                        .results()
                        .map(text -> text.group(1))
                        .toArray(String[]::new);
        String[] signature = new String[texts.length];
        Arrays.fill(signature, String.class.getName());
        Object answer =
                server.invoke(
                        new ObjectName("io.weir:type=Limiter,application=shop"),
                        name,
                        texts,
                        signature);
        StringBuilder lines = new StringBuilder();
        print(answer, "", lines);
        return lines.toString();
    }

    private static void print(Object value, String name, StringBuilder to) {
        if (value instanceof CompositeData data) {
            for (String item : data.getCompositeType().keySet()) {
                print(data.get(item), item, to);
            }
        } else if (value instanceof Object[] items) {
            for (Object item : items) {
                print(item, name, to);
            }
        } else {
            to.append(name.isEmpty() ? "" : name + " = ").append(value).append('\n');
        }
    }

    /** All of its log since it was started. */
    List<String> log() {
        synchronized (log) {
            return List.copyOf(log);
        }
    }

    /** Waits until these lines come, in order, behind those that were read before. */
    @Nullable String missing(List<String> lines) throws InterruptedException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        for (String line : lines) {
            java.util.regex.Pattern expected = Guide.answer(List.of(line));
            synchronized (log) {
                while (true) {
                    while (read < log.size() && !expected.matcher(log.get(read) + "\n").matches()) {
                        read++;
                    }
                    if (read < log.size()) {
                        read++;
                        break;
                    }
                    long left = (until - System.nanoTime()) / 1_000_000;
                    if (left <= 0) {
                        return line + "\nis not in the log:\n" + String.join("\n", log);
                    }
                    log.wait(left);
                }
            }
        }
        return null;
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    /** The process itself. */
    public static void main(String[] arguments) throws Exception {
        Logger logger = Logger.getLogger("io.weir");
        Handler printer =
                new Handler() {
                    @Override
                    public void publish(LogRecord record) {
                        String text = new SimpleFormatter().formatMessage(record);
                        (record.getLevel() + " " + text)
                                .lines()
                                .forEach(line -> System.out.println(LOG + line));
                    }

                    @Override
                    public void flush() {}

                    @Override
                    public void close() {}
                };
        logger.addHandler(printer);
        try (WeldContainer container =
                        new Weld()
                                .disableDiscovery()
                                .addExtension(new WeirExtension())
                                .addBeanClasses(
                                        Class.forName("io.weir.internal.edge.cdi.WeirBeans"),
                                        Class.forName(
                                                "io.weir.internal.edge.cdi.EnforcingInterceptor"))
                                .initialize();
                BufferedReader in =
                        new BufferedReader(
                                new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            container.select(Deployment.class).get().start("/shop", Set.of(), Map.of());
            RateLimiter limiter = container.select(RateLimiter.class).get();
            System.out.println(ANSWER + "ready");
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] words = line.split(" ", -1);
                Key key =
                        words[2].isEmpty()
                                ? Key.ofClient(words[1])
                                : Key.ofClient(words[1], words[2]);
                boolean admitted =
                        limiter.tryAcquire(words[0], key, 1) instanceof Decision.Admitted;
                System.out.println(ANSWER + admitted);
            }
        }
    }
}
