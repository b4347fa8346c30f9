package io.weir.testing;

import io.weir.internal.redis.RedisSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;
import redis.embedded.core.ExecutableProvider;

/**
 * A real Redis process of the test's own, on a free port of 127.0.0.1, which can be killed, frozen
 * and started again. Empty whenever it starts, unless its options say otherwise. Not thread-safe.
 */
public final class RealRedis implements AutoCloseable {

    private static final String HOST = "127.0.0.1";
    private static final AtomicInteger NEXT_PORT = new AtomicInteger(new Random().nextInt());

    private final int port;
    private final List<String> command;
    private final String ready;
    private @Nullable Process process;
    private CompletableFuture<Void> serving = new CompletableFuture<>();

    private RealRedis(int port, List<String> command, String ready) {
        this.port = port;
        this.command = command;
        this.ready = ready;
    }

    /**
     * Starts one and waits until it serves.
     *
     * @param options of redis-server, such as {@code "--requirepass", "secret"}
     * @return the running Redis
     */
    public static RealRedis started(String... options) {
        RealRedis redis = notStarted(options);
        redis.start();
        return redis;
    }

    /**
     * Chooses the port only.
     *
     * @param options of redis-server
     * @return a Redis that does not run yet
     */
    public static RealRedis notStarted(String... options) {
        return onPort(freePort(), options);
    }

    /**
     * On a port that the caller has chosen.
     *
     * @param port a free port
     * @param options of redis-server
     * @return a Redis that does not run yet
     */
    public static RealRedis onPort(int port, String... options) {
        List<String> command = new ArrayList<>();
        command.add(Executable.PATH);
        command.addAll(List.of("--port", String.valueOf(port), "--bind", HOST, "--save", ""));
        command.addAll(List.of(options));
        return new RealRedis(port, command, "Ready to accept connections");
    }

    /**
     * A sentinel that watches one master, alone, and takes it for dead after half a second.
     *
     * @param name what it calls the master
     * @param master the master
     * @param directory where its configuration is written
     * @return the running sentinel
     */
    public static RealRedis sentinelOf(String name, RealRedis master, Path directory) {
        int port = freePort();
        Path file = directory.resolve("sentinel-" + port + ".conf");
        try {
            Files.write(
                    file,
                    List.of(
                            "port " + port,
                            "bind " + HOST,
                            "dir " + directory,
                            "sentinel monitor " + name + " " + HOST + " " + master.port() + " 1",
                            "sentinel down-after-milliseconds " + name + " 500",
                            "sentinel failover-timeout " + name + " 3000"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        RealRedis sentinel =
                new RealRedis(
                        port, List.of(Executable.PATH, file.toString(), "--sentinel"), "+monitor");
        sentinel.start();
        return sentinel;
    }

    /** Starts it on the same port as before, and waits until it serves. */
    public void start() {
        begin();
        awaitReady();
    }

    /**
     * Starts it on the same port as before.
     *
     * @param more options of redis-server for this time only
     */
    public void begin(String... more) {
        List<String> line = new ArrayList<>(command);
        line.addAll(List.of(more));
        CompletableFuture<Void> begun = new CompletableFuture<>();
        try {
            Process started = new ProcessBuilder(line).redirectErrorStream(true).start();
            process = started;
            serving = begun;
            Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
            BufferedReader out =
                    new BufferedReader(
                            new InputStreamReader(
                                    started.getInputStream(), StandardCharsets.UTF_8));
            Thread reader = new Thread(() -> read(out, begun), "redis-output");
            reader.setDaemon(true);
            reader.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The output must be read for as long as it runs, or it would stop at a full pipe. */
    private void read(BufferedReader out, CompletableFuture<Void> begun) {
        StringBuilder said = new StringBuilder();
        try {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (!begun.isDone()) {
                    said.append(line).append('\n');
                    if (line.contains(ready)) {
                        begun.complete(null);
                    }
                }
            }
        } catch (IOException e) {
            said.append(e);
        }
        begun.completeExceptionally(new IllegalStateException("redis-server ended: " + said));
    }

    /** Waits until it serves. */
    public void awaitReady() {
        try {
            serving.get(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("redis-server is not ready", e);
        }
    }

    /** Ends it as {@code kill -9} does, and waits for its end. */
    public void kill() {
        Process running = process;
        if (running != null) {
            process = null;
            try {
                running.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Stops it where it is (SIGSTOP): connections stay open, nothing answers. */
    public void freeze() {
        signal("STOP");
    }

    /** Lets it go on after {@link #freeze()}. */
    public void thaw() {
        signal("CONT");
    }

    private void signal(String name) {
        Process running = process;
        if (running == null) {
            throw new IllegalStateException("not running");
        }
        try {
            int exit =
                    new ProcessBuilder("kill", "-" + name, String.valueOf(running.pid()))
                            .inheritIO()
                            .start()
                            .waitFor();
            if (exit != 0) {
                throw new IllegalStateException("kill -" + name + " exited with " + exit);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * A plain client beside the one under test.
     *
     * @return a new connection, to be closed by the caller
     */
    public Jedis client() {
        return new Jedis(HOST, port);
    }

    /**
     * Where it listens, or will.
     *
     * @return the port
     */
    public int port() {
        return port;
    }

    /**
     * Its address as the settings want it.
     *
     * @return {@code redis://127.0.0.1:PORT}
     */
    public String url() {
        return "redis://" + HOST + ":" + port;
    }

    /**
     * Settings for this Redis without a password.
     *
     * @param deadline the deadline of one decision
     * @return the settings
     */
    public RedisSettings settings(Duration deadline) {
        return settings(deadline, Optional.empty());
    }

    /**
     * Settings for this Redis.
     *
     * @param deadline the deadline of one decision
     * @param password the password, if any
     * @return the settings
     */
    public RedisSettings settings(Duration deadline, Optional<String> password) {
        return settings(deadline, Optional.empty(), password);
    }

    /**
     * Settings for this Redis.
     *
     * @param deadline the deadline of one decision
     * @param user the user, if not the default one
     * @param password the password, if any
     * @return the settings
     */
    public RedisSettings settings(
            Duration deadline, Optional<String> user, Optional<String> password) {
        return new RedisSettings(
                RedisSettings.Topology.SINGLE,
                List.of(url()),
                Optional.empty(),
                0,
                user,
                password,
                Optional.empty(),
                deadline);
    }

    /**
     * A port of 127.0.0.1 that nobody listens on, nor on the one 10,000 higher, where a node of a
     * cluster has its bus. Both lie below the ports that systems give to outgoing connections, so
     * no connection of a test takes one before the server is there, or while it is away.
     *
     * @return the port, another one at each call
     */
    public static int freePort() {
        while (true) {
            int port = 10_000 + Math.floorMod(NEXT_PORT.getAndIncrement(), 10_000);
            if (isFree(port) && isFree(port + 10_000)) {
                return port;
            }
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    /** Ends it. */
    @Override
    public void close() {
        kill();
    }

    /**
     * Another Redis with {@code -Dredis.executable}; else one is unpacked for all tests of a JVM.
     */
    private static final class Executable {
        static final String PATH = System.getProperty("redis.executable", unpacked());

        private static String unpacked() {
            try {
                return ExecutableProvider.newJarResourceProvider().get().getAbsolutePath();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
