package io.weir.shop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The shop that counts in a real Redis, and what happens when that goes and comes back. */
class ShopRedisIT extends ShopContract {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private ShopRedis redis;

    @Override
    Map<String, String> store() throws IOException {
        redis = ShopRedis.started();
        return redis.environment();
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

        List<String> keys = redis.ask("KEYS *");

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
