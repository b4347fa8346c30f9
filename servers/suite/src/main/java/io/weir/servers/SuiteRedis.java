package io.weir.servers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import redis.embedded.RedisServer;

/** One real Redis for the whole suite, started at first use and ended with this JVM. */
final class SuiteRedis {

    private static final int FIRST_PORT = 1_000 * Integer.getInteger("server.ports") + 200;
    private static final AtomicInteger NEXT_PORT = new AtomicInteger(new Random().nextInt());
    private static final int PORT = start();

    private SuiteRedis() {}

    private static int start() {
        try {
            int port = freePort();
            RedisServer server =
                    RedisServer.newRedisServer()
                            .port(port)
                            .setting("bind 127.0.0.1")
                            .setting("save \"\"")
                            .build();
            server.start();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server)));
            return port;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void stop(RedisServer server) {
        try {
            server.stop();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A port of this module's that nobody listens on. */
    static int freePort() {
        while (true) {
            int port = FIRST_PORT + Math.floorMod(NEXT_PORT.getAndIncrement(), 800);
            try (ServerSocket socket =
                    new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // In use: the next one.
            }
        }
    }

    static String address() {
        return "redis://127.0.0.1:" + PORT;
    }

    /** The settings that lead a WAR here. */
    static String settings() {
        return "weir.redis.host = 127.0.0.1\nweir.redis.port = " + PORT;
    }

    static List<String> keys(String prefix) {
        return ask("KEYS " + prefix + "*");
    }

    /** Milliseconds to live; negative where there is no end (-1) or no key (-2). */
    static long ttl(String key) {
        return Long.parseLong(ask("PTTL " + key).get(0));
    }

    /** Enough of RESP for an integer and for an array of texts without line breaks. */
    private static List<String> ask(String command) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), PORT);
                OutputStream out = socket.getOutputStream();
                BufferedReader in =
                        new BufferedReader(
                                new InputStreamReader(
                                        socket.getInputStream(), StandardCharsets.UTF_8))) {
            out.write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
            String first = in.readLine();
            if (first.startsWith(":")) {
                return List.of(first.substring(1));
            }
            if (!first.startsWith("*")) {
                throw new IOException(command + ": " + first);
            }
            List<String> texts = new ArrayList<>();
            for (int i = Integer.parseInt(first.substring(1)); i > 0; i--) {
                in.readLine();
                texts.add(in.readLine());
            }
            return texts;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
