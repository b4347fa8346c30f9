package io.weir.internal.redis;

import static io.weir.internal.redis.Fixtures.LONG_DEADLINE;
import static io.weir.internal.redis.Fixtures.MINUTE;
import static io.weir.internal.redis.Fixtures.admits;
import static io.weir.internal.redis.Fixtures.admittedUntilRefused;
import static io.weir.internal.redis.Fixtures.probeUntilItServes;
import static io.weir.internal.redis.Fixtures.script;
import static io.weir.internal.redis.Fixtures.sliding;
import static io.weir.testing.Asked.acquire;
import static io.weir.testing.Asked.peek;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.Key;
import io.weir.Limit.SlidingWindow;
import io.weir.Limit.TokenBucket;
import io.weir.Policy;
import io.weir.internal.count.StoreUnavailableException;
import io.weir.internal.redis.RedisSettings.Topology;
import io.weir.testing.RealRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.embedded.RedisSentinel;
import redis.embedded.RedisServer;
import redis.embedded.RedisShardedCluster;
import redis.embedded.core.RedisServerBuilder;

/** The same counts behind sentinels and over the shards of a cluster. */
class RedisTopologyTest {

    @TempDir private Path directory;

    private static final Duration DEADLINE = Duration.ofSeconds(1);
    private static final Duration BACK = Duration.ofSeconds(10);

    private static RedisCounts store(Topology topology, Optional<String> master, int port) {
        return store(topology, master, port, LONG_DEADLINE);
    }

    private static RedisCounts store(
            Topology topology, Optional<String> master, int port, Duration deadline) {
        String scheme = "redis://127.0.0.1:";
        return new RedisCounts(
                new RedisSettings(
                        topology,
                        List.of(scheme + port),
                        master,
                        0,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        deadline),
                () -> "shop",
                true);
    }

    private static void countsRight(RedisCounts store, int keys) throws Exception {
        List<Policy> policies =
                List.of(
                        sliding("rrl", 3),
                        script(
                                "script",
                                new SlidingWindow(3, MINUTE),
                                new TokenBucket(1, MINUTE, 5)));
        for (Policy policy : policies) {
            for (int i = 0; i < keys; i++) {
                Key key = Key.ofClient("203.0.113." + i, "{" + i);
                assertThat(admittedUntilRefused(store, policy, key)).as(key.text()).isEqualTo(3);
                assertThat(peek(store, policy, key).get(0).remaining()).isZero();
            }
            Key first = Key.ofClient("203.0.113.0", "{0");
            store.reset(policy, first);
            assertThat(peek(store, policy, first).get(0).remaining()).isEqualTo(3);
            assertThat(admittedUntilRefused(store, policy, Key.ofClient(""))).isEqualTo(3);
        }
    }

    private void fromFileCountsTheSame(RedisCounts other, String yaml) throws Exception {
        Path file = Files.writeString(directory.resolve("redisson.yaml"), yaml);
        try (RedisCounts store =
                new RedisCounts(
                        new RedisSettings(
                                Topology.FILE,
                                List.of(),
                                Optional.empty(),
                                0,
                                Optional.empty(),
                                Optional.empty(),
                                Optional.of(file.toString()),
                                LONG_DEADLINE),
                        () -> "shop",
                        true)) {
            probeUntilItServes(store);
            for (int i = 0; i < 6; i++) {
                Policy policy = sliding("file", 3);
                Key key = Key.ofClient("203.0.113." + i);
                assertThat(admits(other, policy, key)).isTrue();
                assertThat(admittedUntilRefused(store, policy, key)).isEqualTo(2);
            }
        }
    }

    private static RedisShardedCluster started(String... settings) throws Exception {
        RedisServerBuilder server = RedisServer.newRedisServer().bind("127.0.0.1");
        for (String setting : settings) {
            server.setting(setting);
        }
        RedisShardedCluster cluster =
                RedisShardedCluster.newRedisCluster()
                        .serverPorts(Stream.generate(RealRedis::freePort).limit(3).toList())
                        .withServerBuilder(server)
                        .shard("a", 0)
                        .shard("b", 0)
                        .shard("c", 0)
                        .initializationTimeout(Duration.ofSeconds(30))
                        .build();
        cluster.start();
        for (int port : cluster.serverPorts()) {
            untilKnown(port);
        }
        return cluster;
    }

    @Test
    void cluster() throws Exception {
        RedisShardedCluster cluster = started();
        try (RedisCounts store =
                store(Topology.CLUSTER, Optional.empty(), cluster.serverPorts().get(0))) {
            probeUntilItServes(store);
            countsRight(store, 20);
            String nodes = "clusterServersConfig: {nodeAddresses: [\"redis://127.0.0.1:%d\"]}";
            fromFileCountsTheSame(store, nodes.formatted(cluster.serverPorts().get(0)));
            for (int port : cluster.serverPorts()) {
                try (Jedis client = new Jedis("127.0.0.1", port)) {
                    assertThat(client.dbSize()).as("keys of one shard").isPositive();
                }
            }
        } finally {
            cluster.stop();
        }
    }

    /** Their keys cannot share a round trip there, which the first of them find out. */
    @Test
    void manyThreadsInACluster() throws Exception {
        RedisShardedCluster cluster = started();
        ExecutorService threads = Executors.newFixedThreadPool(32);
        try (RedisCounts store =
                store(Topology.CLUSTER, Optional.empty(), cluster.serverPorts().get(0))) {
            probeUntilItServes(store);
            Policy policy = script("many", new SlidingWindow(20, MINUTE));
            CountDownLatch ready = new CountDownLatch(32);
            List<Callable<Integer>> calls = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                Key key = Key.ofClient("203.0.113." + i);
                calls.add(
                        () -> {
                            ready.countDown();
                            ready.await();
                            return admittedUntilRefused(store, policy, key);
                        });
            }
            for (Future<Integer> admitted : threads.invokeAll(calls)) {
                assertThat(admitted.get()).isEqualTo(20);
            }
        } finally {
            threads.shutdownNow();
            cluster.stop();
        }
    }

    /** In a cluster, {@code +cluster|nodes} is needed as well. */
    @Test
    void leastRightsInACluster() throws Exception {
        RedisShardedCluster cluster = started();
        int port = cluster.serverPorts().get(0);
        try {
            for (int each : cluster.serverPorts()) {
                try (Jedis admin = new Jedis("127.0.0.1", each)) {
                    Acl.grant(admin);
                }
            }
            try (RedisCounts store = asUser(port)) {
                assertThatThrownBy(store::connect)
                        .isInstanceOf(StoreUnavailableException.class)
                        .hasMessageContaining("weir.redis.username");
            }
            for (int each : cluster.serverPorts()) {
                try (Jedis admin = new Jedis("127.0.0.1", each)) {
                    Acl.change(admin, "+cluster|nodes");
                }
            }
            try (RedisCounts store = asUser(port)) {
                probeUntilItServes(store);
                countsRight(store, 20);
            }
        } finally {
            cluster.stop();
        }
    }

    private static RedisCounts asUser(int port) {
        return new RedisCounts(
                new RedisSettings(
                        Topology.CLUSTER,
                        List.of("redis://127.0.0.1:" + port),
                        Optional.empty(),
                        0,
                        Optional.of(Acl.USER),
                        Optional.of(Acl.PASSWORD),
                        Optional.empty(),
                        LONG_DEADLINE),
                () -> "shop",
                true);
    }

    /** With the default, {@code cluster-require-full-coverage yes}, Redis itself refuses all. */
    @Test
    void theLossOfAShardLeavesTheKeysOfTheOthersToRedis() throws Exception {
        RedisShardedCluster cluster =
                started("cluster-require-full-coverage no", "cluster-node-timeout 1000");
        List<Integer> ports = cluster.serverPorts();
        try (RedisCounts store =
                store(Topology.CLUSTER, Optional.empty(), ports.get(0), DEADLINE)) {
            probeUntilItServes(store);
            Policy policy = sliding("rrl", 1_000_000);
            List<Key> keys = keyOfEachShard(store, policy, ports);

            cluster.servers().get(2).stop();
            Key lost = keys.get(2);
            long longest = 0;
            for (int i = 0; i < 40; i++) {
                for (int shard = 0; shard < 2; shard++) {
                    long start = System.nanoTime();
                    assertThat(admits(store, policy, keys.get(shard))).isTrue();
                    longest = Math.max(longest, System.nanoTime() - start);
                }
                long start = System.nanoTime();
                assertThatThrownBy(() -> admits(store, policy, lost))
                        .isInstanceOf(StoreUnavailableException.class);
                longest = Math.max(longest, System.nanoTime() - start);
                Thread.sleep(100);
            }
            assertThat(Duration.ofNanos(longest)).isLessThan(DEADLINE.multipliedBy(2));

            // Who starts now finds the others, too.
            try (RedisCounts late =
                    store(Topology.CLUSTER, Optional.empty(), ports.get(0), LONG_DEADLINE)) {
                late.connect();
                assertThat(admits(late, policy, keys.get(0))).isTrue();
                assertThat(admits(late, policy, keys.get(1))).isTrue();
            }
            cluster.servers().get(2).start();
            untilAdmitted(store, policy, lost);
        } finally {
            cluster.stop();
        }
    }

    private static List<Key> keyOfEachShard(RedisCounts store, Policy policy, List<Integer> ports)
            throws Exception {
        Map<Integer, Key> keys = new TreeMap<>(Comparator.comparing(ports::indexOf));
        for (int i = 0; keys.size() < ports.size(); i++) {
            Key key = Key.ofClient("203.0.113." + i);
            untilAdmitted(store, policy, key);
            for (int port : ports) {
                try (Jedis client = new Jedis("127.0.0.1", port)) {
                    if (!client.keys("*{203.0.113." + i + "}*").isEmpty()) {
                        keys.putIfAbsent(port, key);
                    }
                }
            }
        }
        return List.copyOf(keys.values());
    }

    private static void untilAdmitted(RedisCounts store, Policy policy, Key key)
            throws InterruptedException {
        long until = System.nanoTime() + BACK.toNanos();
        while (true) {
            try {
                assertThat(admits(store, policy, key)).isTrue();
                return;
            } catch (StoreUnavailableException e) {
                assertThat(System.nanoTime()).as(e.getMessage()).isLessThan(until);
                Thread.sleep(20);
            }
        }
    }

    /** The builder waits for one node; the others hear of the whole cluster a little later. */
    private static void untilKnown(int port) throws InterruptedException {
        try (Jedis client = new Jedis("127.0.0.1", port)) {
            long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (!client.clusterInfo().contains("cluster_state:ok")) {
                assertThat(System.nanoTime()).as("the cluster never was ready").isLessThan(until);
                Thread.sleep(20);
            }
        }
    }

    @Test
    void sentinel() throws Exception {
        try (RealRedis master = master();
                RealRedis replica = replicaOf(master);
                RunningSentinel sentinel = new RunningSentinel(master);
                RedisCounts store =
                        store(
                                Topology.SENTINEL,
                                Optional.of("master"),
                                sentinel.port,
                                LONG_DEADLINE)) {
            probeUntilItServes(store);
            countsRight(store, 3);
            String sentinels =
                    """
                    sentinelServersConfig:
                      masterName: "master"
                      sentinelAddresses: ["redis://127.0.0.1:%d"]
                      checkSentinelsList: false
                    """;
            fromFileCountsTheSame(store, sentinels.formatted(sentinel.port));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFailOverIsFollowed(boolean killed) throws Exception {
        try (RealRedis master = master();
                RealRedis replica = replicaOf(master);
                RunningSentinel sentinel = new RunningSentinel(master);
                RedisCounts store =
                        store(Topology.SENTINEL, Optional.of("master"), sentinel.port, DEADLINE)) {
            probeUntilItServes(store);
            Policy policy = sliding("rrl", 1_000_000);
            Key key = Key.ofClient("203.0.113.7");
            untilAdmitted(store, policy, key);
            if (killed) {
                master.kill();
            } else {
                master.freeze();
            }
            long longest = 0;
            long promoted = 0;
            long back = 0;
            // A sentinel on a busy machine distrusts its clock for 30 s.
            long until = System.nanoTime() + Duration.ofSeconds(120).toNanos();
            while (back == 0) {
                assertThat(System.nanoTime()).as("it never came back").isLessThan(until);
                if (promoted == 0 && isMaster(replica)) {
                    promoted = System.nanoTime();
                }
                long start = System.nanoTime();
                try {
                    acquire(store, policy, key, 1);
                    back = promoted == 0 ? 0 : System.nanoTime();
                } catch (StoreUnavailableException e) {
                    Thread.sleep(20);
                }
                longest = Math.max(longest, System.nanoTime() - start);
            }
            assertThat(Duration.ofNanos(back - promoted)).isLessThan(BACK);
            assertThat(Duration.ofNanos(longest)).isLessThan(DEADLINE.multipliedBy(2));
            store.probe();
            if (!killed) {
                master.thaw();
            }
        }
    }

    private static boolean isMaster(RealRedis redis) {
        try (Jedis client = redis.client()) {
            return client.info("replication").contains("role:master");
        } catch (JedisConnectionException e) {
            return false; // with its role it changes its clients' connections
        }
    }

    /** Without a file of its data in the working directory. */
    private static RealRedis master() {
        return RealRedis.started("--repl-diskless-sync", "yes", "--repl-diskless-sync-delay", "0");
    }

    private static RealRedis replicaOf(RealRedis master) throws InterruptedException {
        RealRedis replica =
                RealRedis.started(
                        "--replicaof",
                        "127.0.0.1",
                        String.valueOf(master.port()),
                        "--repl-diskless-load",
                        "on-empty-db");
        try (Jedis client = replica.client()) {
            long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (!client.info("replication").contains("master_link_status:up")) {
                assertThat(System.nanoTime()).as("no replication").isLessThan(until);
                Thread.sleep(20);
            }
        }
        return replica;
    }

    /** A sentinel that calls a master down after half a second. */
    private static final class RunningSentinel implements AutoCloseable {

        private final int port = RealRedis.freePort();
        private final RedisSentinel sentinel;

        RunningSentinel(RealRedis master) throws IOException {
            sentinel =
                    RedisSentinel.newRedisSentinel()
                            .bind("127.0.0.1")
                            .port(port)
                            .masterName("master")
                            .masterPort(master.port())
                            .quorumSize(1)
                            .downAfterMilliseconds(500)
                            .failOverTimeout(5_000)
                            .build();
            sentinel.start();
        }

        @Override
        public void close() throws IOException {
            sentinel.stop();
        }
    }
}
