package io.weir.servers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import redis.embedded.core.ExecutableProvider;

/** A real Redis of one test, which can be killed, and tells who is connected. */
final class OwnRedis implements AutoCloseable {

    private final int port = SuiteRedis.freePort();
    private Process process;

    static OwnRedis started() {
        OwnRedis redis = new OwnRedis();
        redis.start();
        return redis;
    }

    /** Empty, and on the same port as before. */
    void start() {
        try {
            process =
                    new ProcessBuilder(
                                    Executable.PATH,
                                    "--port",
                                    String.valueOf(port),
                                    "--bind",
                                    "127.0.0.1",
                                    "--save",
                                    "")
                            .redirectErrorStream(true)
                            .redirectOutput(Redirect.DISCARD)
                            .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        long start = System.nanoTime();
        while (true) {
            try {
                ask("PING");
                return;
            } catch (IOException e) {
                if (System.nanoTime() - start > 30_000_000_000L) {
                    throw new UncheckedIOException(e);
                }
                LockSupport.parkNanos(20_000_000);
            }
        }
    }

    /** As {@code kill -9} does. */
    void kill() {
        try {
            process.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A line for each connection but the one that asks. */
    List<String> connections() {
        try {
            return ask("CLIENT LIST").lines().filter(line -> !line.contains("cmd=client")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return port;
    }

    /** The settings that lead a WAR here; a cold server may miss the default deadline. */
    String settings() {
        return "weir.redis.host = 127.0.0.1\nweir.redis.port = "
                + port
                + "\nweir.redis.deadline = 5s";
    }

    /** Enough of RESP for a simple text and for one with a length. */
    private String ask(String command) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            String first = line(in);
            if (first.startsWith("+")) {
                return first.substring(1);
            }
            if (!first.startsWith("$")) {
                throw new IOException(command + ": " + first);
            }
            return new String(
                    in.readNBytes(Integer.parseInt(first.substring(1))), StandardCharsets.UTF_8);
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("Redis closed the connection after: " + line);
            }
            line.append((char) c);
        }
        return line.toString().strip();
    }

    @Override
    public void close() {
        kill();
    }

    /** Unpacked once. */
    private static final class Executable {
        static final String PATH = unpacked();

        private static String unpacked() {
            try {
                return ExecutableProvider.newJarResourceProvider().get().getAbsolutePath();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
