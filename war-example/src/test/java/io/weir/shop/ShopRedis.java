package io.weir.shop;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import redis.embedded.RedisServer;

/** A real Redis on 127.0.0.1, on one free port however often it is started. */
final class ShopRedis implements AutoCloseable {

    private final int port;
    private RedisServer server;

    private ShopRedis(int port) {
        this.port = port;
    }

    /** One that is started here, or by somebody else. */
    static ShopRedis at(int port) {
        return new ShopRedis(port);
    }

    static ShopRedis started() throws IOException {
        ShopRedis redis = at(ShopServer.freePort());
        redis.start();
        return redis;
    }

    void start() throws IOException {
        server = RedisServer.newRedisServer().port(port).bind("127.0.0.1").build();
        server.start();
    }

    /** What tells a server to count there. */
    Map<String, String> environment() {
        return Map.of("REDIS_HOST", "127.0.0.1", "REDIS_PORT", Integer.toString(port));
    }

    /** Asks without a client library: an answer of lines, the lengths of strings left out. */
    List<String> ask(String command) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream()
                    .write((command + "\r\nQUIT\r\n").getBytes(StandardCharsets.UTF_8));
            List<String> lines = new ArrayList<>();
            BufferedReader reader =
                    new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            for (String line = reader.readLine(); !line.equals("+OK"); line = reader.readLine()) {
                if (!line.startsWith("$") && !line.startsWith("*")) {
                    lines.add(line);
                }
            }
            return lines;
        }
    }

    @Override
    public void close() throws IOException {
        server.stop();
    }
}
