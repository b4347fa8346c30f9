package io.weir.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
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

    /** Each way of giving back, settled by hand; all of them admit six times their permits. */
    private static final Map<String, String> SETTLED =
            Map.of(
                    "settled-window", "6/h",
                    "settled-two", "6/h, 600/d",
                    "settled-bucket", "6/h burst 6",
                    "settled-large", "300/366d burst 300",
                    "settled-quota", "6/month in UTC");

    /** So much of it is free again after so many seconds that a test can wait for it. */
    private static final String DRAINS = "drains";

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
        settings.put("weir.policies", DRAINS + ',' + String.join(",", SETTLED.keySet()));
        settings.put("weir.policy." + DRAINS + ".limit", "1/5s burst 1");
        settings.put("weir.policy." + DRAINS + ".count-when", "settled");
        SETTLED.forEach(
                (policy, limit) -> {
                    settings.put("weir.policy." + policy + ".limit", limit);
                    settings.put("weir.policy." + policy + ".count-when", "settled");
                });
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
        for (String policy : SETTLED.keySet()) {
            before.reserved(policy, "one", 1);
            today.reserved(policy, "two", 1);
        }
        Map<String, String> ofBefore = keys("one");
        assertThat(ofBefore).hasSizeGreaterThan(POLICIES.size() + SETTLED.size());
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
        bothWays(
                (one, other) -> {
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
                });
    }

    private interface Roles {
        void play(NodeProcess one, NodeProcess other) throws Exception;
    }

    /** Either version in the place of the other. */
    private void bothWays(Roles roles) throws Exception {
        roles.play(before, today);
        roles.play(today, before);
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
        bothWays(
                (one, other) -> {
                    one.operated("override", "window", "100/h", "", "10min");
                    until(other, "window", 200);
                    other.operated("clearOverride", "window");
                    until(one, "window", 429);
                    assertThat(other.status("window")).isEqualTo(429);
                });
    }

    @Test
    void whatEitherGivesBackIsFreeForBoth() throws Exception {
        bothWays(
                (one, other) -> {
                    String id = "free" + (one == before ? 0 : 1);
                    for (String policy : SETTLED.keySet()) {
                        long permit = permit(policy);
                        assertThat(one.reserved(policy, id, 6 * permit)).isEqualTo("Admitted");
                        assertThat(other.reserved(policy, id, permit))
                                .as(policy)
                                .isEqualTo("Refused");
                        one.settled(policy, id, 2 * permit);
                        untilReserved(other, policy, id, 4 * permit);
                        assertThat(one.reserved(policy, id, permit))
                                .as(policy)
                                .isEqualTo("Refused");
                        other.settled(policy, id, 0);
                        untilReserved(one, policy, id, 4 * permit);
                        assertThat(other.reserved(policy, id, permit))
                                .as(policy)
                                .isEqualTo("Refused");
                    }
                    assertThat(one.log() + other.log()).doesNotContain("Exception", "Falling back");
                });
    }

    /** Of a bucket that the other version has counted in since, nothing: it left no sum of it. */
    @Test
    void whatIsGivenBackBesideTheOtherIsNeverMoreThanWasTaken() throws Exception {
        bothWays(
                (one, other) -> {
                    String id = "beside" + (one == before ? 0 : 1);
                    for (String policy : SETTLED.keySet()) {
                        long permit = permit(policy);
                        assertThat(one.reserved(policy, id, 3 * permit)).isEqualTo("Admitted");
                        assertThat(other.reserved(policy, id, 2 * permit)).isEqualTo("Admitted");
                        one.settled(policy, id, permit);
                        untilGivenBack(one);
                        int free = 0;
                        while (other.reserved(policy, id, permit).equals("Admitted")) {
                            free++;
                        }
                        boolean bucket = SETTLED.get(policy).contains("burst");
                        assertThat(free).as(policy).isEqualTo(bucket ? 1 : 3);
                        assertThat(one.reserved(policy, id, permit))
                                .as(policy)
                                .isEqualTo("Refused");
                    }
                });
    }

    @Test
    void whatHasDrainedIsNotGivenBackWhoeverCountsThen() throws Exception {
        bothWays(
                (one, other) -> {
                    String id = "drained" + (one == before ? 0 : 1);
                    assertThat(one.reserved(DRAINS, id, 1)).isEqualTo("Admitted");
                    untilReserved(other, DRAINS, id, 1);
                    try (Jedis jedis = new Jedis("127.0.0.1", port)) {
                        String key =
                                jedis
                                        .keys("weir:beside:" + DRAINS + ":*:" + id + "}:bucket-5s")
                                        .stream()
                                        .findFirst()
                                        .orElseThrow();
                        String counted = jedis.get(key);
                        one.settled(DRAINS, id, 0);
                        untilGivenBack(one);
                        assertThat(jedis.get(key)).as(id).isEqualTo(counted).isNotNull();
                    }
                });
    }

    /** A sixth of the limit. */
    private static long permit(String policy) {
        return Long.parseLong(SETTLED.get(policy).split("/", 2)[0]) / 6;
    }

    private static void untilReserved(NodeProcess node, String policy, String id, long permits)
            throws Exception {
        until(policy, "Admitted", () -> node.reserved(policy, id, permits));
    }

    /** Giving back waits for nobody; what a node sends later is there later. */
    private void untilGivenBack(NodeProcess node) throws Exception {
        String policy = "settled-bucket";
        assertThat(node.reserved(policy, "marker", 1)).isEqualTo("Admitted");
        node.settled(policy, "marker", 0);
        try (Jedis jedis = new Jedis("127.0.0.1", port)) {
            until(policy, Set.of(), () -> jedis.keys("weir:beside:" + policy + ":*:marker}*"));
        }
    }

    private static void until(NodeProcess node, String policy, int status) throws Exception {
        until(policy, status, () -> node.status(policy));
    }

    private static <T> void until(String policy, T expected, Callable<T> asked) throws Exception {
        long start = System.nanoTime();
        T last = asked.call();
        while (!last.equals(expected) && System.nanoTime() - start < HEARD.toNanos()) {
            LockSupport.parkNanos(200_000_000);
            last = asked.call();
        }
        assertThat(last).as("%s, after %s", policy, HEARD).isEqualTo(expected);
    }
}
