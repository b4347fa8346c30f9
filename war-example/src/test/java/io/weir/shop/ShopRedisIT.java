package io.weir.shop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The shop that counts in a real Redis, and what happens when that goes and comes back. */
class ShopRedisIT extends ShopContract {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private ShopRedis redis;
    private Map<String, String> environment;

    @Override
    Map<String, String> store() throws IOException {
        redis = ShopRedis.started();
        Path products = Path.of(System.getProperty("shop.target"), "products.properties");
        Files.deleteIfExists(products);
        environment = new HashMap<>(redis.environment());
        environment.put("SHOP_PRODUCTS", products.toString());
        environment.put("SHOP_MERCHANT_TOKEN", "a merchant's");
        environment.put(
                "WEIR_REDIS_DEADLINE", "1s"); // what is left is to be told on a busy machine
        return environment;
    }

    @Override
    String storeName() {
        return "redis";
    }

    @AfterAll
    void stopRedis() throws IOException {
        if (redis != null) {
            redis.close();
        }
    }

    @Test
    void everyKeyIsReadableAndEnds() throws Exception {
        ShopClient client = newClient();
        client.get("api/products/5");
        client.order(ORDER);
        client.get("search?q=tea");

        List<String> keys = redis.ask("KEYS *"); // the cache's, too

        assertThat(keys)
                .anyMatch(
                        key -> key.startsWith("weir:shop:view_count:{" + client.address() + ":5}"))
                .anyMatch(key -> key.startsWith("weir:shop:product:{" + client.address()))
                .anyMatch(key -> key.startsWith("weir:shop:orders:{" + client.address()))
                .anyMatch(key -> key.startsWith("weir:shop:search:{" + client.address()));
        for (String key : keys) {
            // -2: it ended between the two commands. -1 would be: it never ends.
            assertThat(Long.parseLong(redis.ask("PTTL " + key).get(0).substring(1)))
                    .as(key)
                    .matches(ttl -> ttl == -2 || ttl >= 0);
        }
    }

    @Test
    void twoShopsShareTheCacheAndTheViewsAndEachHasItsOwnWhileRedisIsAway() throws Exception {
        try (ShopServer second = ShopServer.startForTest("it-second", environment)) {
            ShopClient here = newClient();
            ShopClient there = new ShopClient(second.page());
            until(() -> there.storeIs("redis"));

            // One of them reads the source, both show it.
            redis.ask("DEL shop:product:2");
            assertThat(here.get("api/products/2").body()).contains("Walnut chessboard");
            long missed = misses(there);
            assertThat(there.get("api/products/2").body()).contains("Walnut chessboard");
            assertThat(misses(there)).isEqualTo(missed);

            // One count: of two clients, one here and one there, and of no second view.
            long views = views(here);
            newClient().get("api/products/2");
            ShopClient other = new ShopClient(second.page());
            other.get("api/products/2");
            other.get("api/products/2");
            assertThat(views(here)).isEqualTo(views + 2);
            assertThat(views(there)).isEqualTo(views + 2);

            // A change at one is seen at the other.
            assertThat(here.rename(2, "Oak chessboard", "nobody's")).isEqualTo(401);
            assertThat(here.rename(2, "Oak chessboard", "a merchant's")).isEqualTo(204);
            assertThat(there.get("api/products/2").body()).contains("Oak chessboard");

            redis.close();
            long slowest = 0;
            long begun = System.nanoTime();
            while (!there.storeIs("local") || System.nanoTime() - begun < 3_000_000_000L) {
                long asked = System.nanoTime();
                HttpResponse<String> answer = new ShopClient(second.page()).get("api/products/2");
                slowest = Math.max(slowest, System.nanoTime() - asked);
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.body()).contains("Oak chessboard");
            }
            assertThat(Duration.ofNanos(slowest)).isLessThan(Duration.ofSeconds(2));
            assertThat(warnings("it-second"))
                    .hasSize(2) // Weir's, and the cache's
                    .anyMatch(line -> line.contains("io.weir.shop"));
            assertThat(there.get("api/cache").body()).contains("\"store\":\"local\"");
            long alone = views(there);
            new ShopClient(second.page()).get("api/products/2");
            assertThat(views(there)).isEqualTo(alone + 1);

            redis.start();
            useUntilStoreIs("redis");
            until(() -> there.storeIs("redis"));
            assertThat(here.rename(2, "Walnut chessboard", "a merchant's")).isEqualTo(204);
            assertThat(there.get("api/products/2").body()).contains("Walnut chessboard");
            until(() -> views(here) == views(there));
            assertThat(redis.ask("EXISTS shop:product:2")).containsExactly(":1");
        }
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void until(Condition condition) throws Exception {
        long begun = System.nanoTime();
        while (!condition.holds()) {
            assertThat(System.nanoTime() - begun).isLessThan(PATIENCE.toNanos());
            Thread.sleep(50);
        }
    }

    private static List<String> warnings(String server) throws IOException {
        Path log = Path.of(System.getProperty("shop.target"), server + ".log");
        String text = Files.readString(log);
        return text.replaceAll("\\|\\R +", " ") // Payara has the head in a line of its own
                .replace("|#]", "")
                .lines()
                .filter(
                        line ->
                                line.endsWith(
                                        "Could not connect to Redis. Falling back to in-memory"
                                                + " cache"))
                .toList();
    }

    private static long misses(ShopClient shop) throws Exception {
        return Long.parseLong(
                shop.get("api/cache").body().replaceFirst(".*\"misses\":([0-9]+).*", "$1"));
    }

    private static long views(ShopClient shop) throws Exception {
        return Long.parseLong(
                shop.get("api/products")
                        .body()
                        .replaceFirst(".*\"id\":2,[^}]*\"views\":([0-9]+).*", "$1"));
    }

    @Test
    void losingRedisIsNoFaultThatClientsSee() throws Exception {
        ShopClient refused = newClient();
        int sent = 0;
        while (refused.get("search?q=tea").statusCode() == 200 && sent < 50) {
            sent++;
        }

        redis.close();
        useUntilStoreIs("local");
        // Who had used up a limit is not set free by it.
        assertThat(refused.get("search?q=tea").statusCode()).isIn(200, 429);

        redis.start();
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
        } while (!observer.storeIs(name));
    }
}
