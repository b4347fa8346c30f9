package io.weir.shop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import redis.embedded.RedisServer;

/** The shop that counts in a real Redis, and what happens when that goes and comes back. */
class ShopRedisIT extends ShopContract {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private int port;
    private RedisServer redis;

    @Override
    Map<String, String> store() throws IOException {
        port = ShopServer.freePort();
        startRedis();
        return Map.of("REDIS_HOST", "127.0.0.1", "REDIS_PORT", Integer.toString(port));
    }

    @Override
    String storeName() {
        return "redis";
    }

    @AfterAll
    void stopRedis() throws IOException {
        if (redis != null) {
            redis.stop();
        }
    }

    @Test
    void everyKeyIsReadableAndEnds() throws Exception {
        ShopClient client = newClient();
        client.get("api/products/5");
        client.order(ORDER);
        client.get("search?q=tea");

        List<String> keys = redis("KEYS *");

        assertThat(keys)
                .anyMatch(
                        key -> key.startsWith("weir:shop:view_count:{" + client.address() + ":5}"))
                .anyMatch(key -> key.startsWith("weir:shop:product:{" + client.address()))
                .anyMatch(key -> key.startsWith("weir:shop:orders:{" + client.address()))
                .anyMatch(key -> key.startsWith("weir:shop:search:{" + client.address()));
        for (String key : keys) {
            // -2: it ended between the two commands. -1 would be: it never ends.
            assertThat(Long.parseLong(redis("PTTL " + key).get(0).substring(1)))
                    .as(key)
                    .matches(ttl -> ttl == -2 || ttl >= 0);
        }
    }

    @Test
    void losingRedisIsNoFaultThatClientsSee() throws Exception {
        ShopClient refused = newClient();
        int sent = 0;
        while (refused.get("search?q=tea").statusCode() == 200 && sent < 50) {
            sent++;
        }

        redis.stop();
        useUntilStoreIs("local");
        // Who had used up a limit is not set free by it.
        assertThat(refused.get("search?q=tea").statusCode()).isIn(200, 429);

        startRedis();
        useUntilStoreIs("redis");
    }

    private void useUntilStoreIs(String name) throws Exception {
        ShopClient observer = newClient();
        long begun = System.nanoTime();
        do {
            assertThat(System.nanoTime() - begun)
                    .as("not yet " + name)
                    .isLessThan(PATIENCE.toNanos());
            ShopClient client = newClient();
            assertThat(client.get("api/products").statusCode()).isEqualTo(200);
            assertThat(client.get("api/products/6").statusCode()).isEqualTo(200);
            assertThat(client.get("search?q=tea").statusCode()).isEqualTo(200);
            assertThat(client.order(ORDER).statusCode()).isEqualTo(201);
        } while (!storeIs(observer, name));
    }

    private static boolean storeIs(ShopClient client, String name) throws Exception {
        HttpResponse<String> response = client.get("api/client");
        assertThat(response.statusCode()).isEqualTo(200);
        return response.body().contains("\"store\":\"" + name + "\"");
    }

    private void startRedis() throws IOException {
        redis = RedisServer.newRedisServer().port(port).bind("127.0.0.1").build();
        redis.start();
    }

    /** Asks Redis without a client library: an answer of lines, the lengths of strings left out. */
    private List<String> redis(String command) throws IOException {
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
}
