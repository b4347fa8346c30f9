package io.weir.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import redis.clients.jedis.Jedis;
import redis.embedded.RedisServer;

/**
 * A node of the version of before and one of today on one Redis, as in each rolling deployment: two
 * JVMs with the two jars that applications have.
 */
@ExtendWith(Staging.class)
class BesideTest {

    /** Each way of counting; all of them admit six. */
    private static final Map<String, Map<String, String>> POLICIES =
            Map.of(
                    "window", Map.of("limit", "6/h"),
                    "script", Map.of("limit", "6/h", "engine", "script"),
                    "two", Map.of("limit", "6/h, 600/d"),
                    "bucket", Map.of("limit", "6/h burst 6"),
                    "large", Map.of("limit", "300/366d burst 300", "cost", "50"),
                    "quota", Map.of("limit", "6/month in UTC"));

    private static final Duration HEARD = Duration.ofSeconds(30);

    private RedisServer redis;
    private int port;
    private NodeProcess before;
    private NodeProcess today;

    @BeforeEach
    void start(Staged staged, Baseline baseline) throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        redis =
                RedisServer.newRedisServer()
                        .bind("127.0.0.1")
                        .port(port)
                        .setting("save \"\"")
                        .build();
        redis.start();
        before = node("before", baseline.weir());
        today = node("today", staged.file("weir", ".jar"));
    }

    @AfterEach
    void stop() throws IOException {
        for (NodeProcess node : new NodeProcess[] {before, today}) {
            if (node != null) {
                node.close();
            }
        }
        redis.stop();
    }

    private NodeProcess node(String name, Path jar) throws IOException {
        Map<String, String> settings = new HashMap<>();
        settings.put("weir.application", "beside");
        settings.put("weir.redis.host", "127.0.0.1");
        settings.put("weir.redis.port", Integer.toString(port));
        settings.put("weir.redis.deadline", "2s");
        settings.put("weir.policies", "byhand");
        settings.put("weir.policy.byhand.limit", "6/h");
        POLICIES.forEach(
                (policy, attributes) -> {
                    settings.put("weir.policy." + policy + ".path", "/" + policy);
                    attributes.forEach(
                            (attribute, value) ->
                                    settings.put("weir.policy." + policy + "." + attribute, value));
                });
        return NodeProcess.started(name, jar, settings);
    }

    @Test
    void theyCountOneKeyTogether() throws Exception {
        for (String policy : POLICIES.keySet()) {
            for (int call = 0; call < 3; call++) {
                assertThat(before.status(policy)).as("%s, %s", policy, call).isEqualTo(200);
                assertThat(today.status(policy)).as("%s, %s", policy, call).isEqualTo(200);
            }
            assertThat(before.status(policy)).as(policy).isEqualTo(429);
            assertThat(today.status(policy)).as(policy).isEqualTo(429);
        }
    }

    @Test
    void theyWriteTheSameKeysOfTheSameTypes() throws Exception {
        for (String policy : POLICIES.keySet()) {
            before.byHand(policy, "one");
            today.byHand(policy, "two");
        }
        Map<String, String> ofBefore = keys("one");
        assertThat(ofBefore).hasSizeGreaterThan(POLICIES.size());
        assertThat(keys("two")).isEqualTo(ofBefore);
    }

    /** Names, without the id, and types; each has a TTL. */
    private Map<String, String> keys(String id) {
        Map<String, String> keys = new TreeMap<>();
        try (Jedis jedis = new Jedis("127.0.0.1", port)) {
            for (String key : jedis.keys("weir:beside:*:" + id + "}*")) {
                assertThat(jedis.ttl(key)).as(key).isPositive();
                keys.put(key.replace(":" + id + "}", "}"), jedis.type(key));
            }
        }
        return keys;
    }

    @Test
    void eachTakesOverWhatTheOtherCounted(Staged staged, Baseline baseline) throws Exception {
        for (String policy : POLICIES.keySet()) {
            assertThat(before.byHand(policy, "7")).isEqualTo("Admitted");
            for (int call = 0; call < 5; call++) {
                before.byHand(policy, "7");
            }
            for (int call = 0; call < 6; call++) {
                assertThat(today.byHand(policy, "8")).isEqualTo("Admitted");
            }
        }
        before.close();
        today.close();
        before = node("before-again", baseline.weir());
        today = node("today-again", staged.file("weir", ".jar"));
        for (String policy : POLICIES.keySet()) {
            assertThat(today.byHand(policy, "7")).as(policy).isEqualTo("Refused");
            assertThat(before.byHand(policy, "8")).as(policy).isEqualTo("Refused");
        }
    }

    @Test
    void aResetByEitherIsOneForBoth() throws Exception {
        for (List<NodeProcess> pair : List.of(List.of(before, today), List.of(today, before))) {
            NodeProcess one = pair.get(0);
            NodeProcess other = pair.get(1);
            for (String policy : POLICIES.keySet()) {
                used(policy);
            }
            for (String policy : POLICIES.keySet()) {
                one.operated("reset", policy, "127.0.0.1");
            }
            for (String policy : POLICIES.keySet()) {
                until(other, policy, 200);
                assertThat(one.status(policy)).as(policy).isEqualTo(200);
            }
        }
    }

    private void used(String policy) throws Exception {
        for (int call = 0; call < 6; call++) {
            before.status(policy);
            today.status(policy);
        }
        assertThat(before.status(policy)).as(policy).isEqualTo(429);
        assertThat(today.status(policy)).as(policy).isEqualTo(429);
    }

    @Test
    void anOverrideByEitherIsInForceOnBothAndEndsOnBoth() throws Exception {
        used("window");
        for (List<NodeProcess> pair : List.of(List.of(before, today), List.of(today, before))) {
            NodeProcess one = pair.get(0);
            NodeProcess other = pair.get(1);
            one.operated("override", "window", "100/h", "", "10min");
            until(other, "window", 200);
            other.operated("clearOverride", "window");
            until(one, "window", 429);
            assertThat(other.status("window")).isEqualTo(429);
        }
    }

    private static void until(NodeProcess node, String policy, int status) throws Exception {
        long start = System.nanoTime();
        int last = 0;
        while (System.nanoTime() - start < HEARD.toNanos()) {
            last = node.status(policy);
            if (last == status) {
                return;
            }
            LockSupport.parkNanos(200_000_000);
        }
        assertThat(last).as("%s, after %s", policy, HEARD).isEqualTo(status);
    }
}
