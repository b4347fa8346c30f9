package io.weir.store.redis;

import static io.weir.store.redis.Fixtures.LONG_DEADLINE;
import static io.weir.store.redis.Fixtures.MINUTE;
import static io.weir.store.redis.Fixtures.admittedUntilRefused;
import static io.weir.store.redis.Fixtures.probeUntilItServes;
import static io.weir.store.redis.Fixtures.script;
import static io.weir.store.redis.Fixtures.sliding;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.Key;
import io.weir.Limit.SlidingWindow;
import io.weir.Limit.TokenBucket;
import io.weir.Policy;
import io.weir.store.redis.RedisSettings.Topology;
import io.weir.testing.RealRedis;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.embedded.Redis;
import redis.embedded.RedisCluster;
import redis.embedded.RedisServer;
import redis.embedded.RedisShardedCluster;
import redis.embedded.core.RedisSentinelBuilder;

/** The same counts behind sentinels and over the shards of a cluster. */
class RedisTopologyTest {

    private static RedisStore store(Topology topology, Optional<String> master, int port) {
        String scheme = "redis://127.0.0.1:";
        return new RedisStore(
                new RedisSettings(
                        topology,
                        List.of(scheme + port),
                        master,
                        0,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        LONG_DEADLINE),
                () -> "shop",
                true);
    }

    private static void countsRight(RedisStore store, int keys) throws Exception {
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
                assertThat(store.peek(policy, key).get(0).remaining()).isZero();
            }
            Key first = Key.ofClient("203.0.113.0", "{0");
            store.reset(policy, first);
            assertThat(store.peek(policy, first).get(0).remaining()).isEqualTo(3);
            assertThat(admittedUntilRefused(store, policy, Key.ofClient(""))).isEqualTo(3);
        }
    }

    @Test
    void cluster() throws Exception {
        RedisShardedCluster cluster =
                RedisShardedCluster.newRedisCluster()
                        .serverPorts(
                                Stream.generate(RedisTopologyTest::shardPort).limit(3).toList())
                        .withServerBuilder(RedisServer.newRedisServer().bind("127.0.0.1"))
                        .shard("a", 0)
                        .shard("b", 0)
                        .shard("c", 0)
                        .initializationTimeout(Duration.ofSeconds(30))
                        .build();
        cluster.start();
        try (RedisStore store =
                store(Topology.CLUSTER, Optional.empty(), cluster.serverPorts().get(0))) {
            for (int port : cluster.serverPorts()) {
                untilKnown(port);
            }
            probeUntilItServes(store);
            countsRight(store, 20);
            for (int port : cluster.serverPorts()) {
                try (Jedis client = new Jedis("127.0.0.1", port)) {
                    assertThat(client.dbSize()).as("keys of one shard").isPositive();
                }
            }
        } finally {
            cluster.stop();
        }
    }

    /** A shard also listens on its port + 10000. */
    private static int shardPort() {
        int port = RealRedis.freePort();
        while (port > 55_000) {
            port = RealRedis.freePort();
        }
        return port;
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
        Redis group = group();
        group.start();
        try (RedisStore store =
                store(
                        Topology.SENTINEL,
                        Optional.of("master"),
                        ((RedisCluster) group).sentinelPorts().get(0))) {
            probeUntilItServes(store);
            countsRight(store, 3);
        } finally {
            group.stop();
        }
    }

    private static Redis group() throws IOException {
        return RedisCluster.newRedisCluster()
                .serverPorts(List.of(RealRedis.freePort(), RealRedis.freePort()))
                .sentinelPorts(List.of(RealRedis.freePort()))
                .withServerBuilder(RedisServer.newRedisServer().bind("127.0.0.1"))
                .withSentinelBuilder(new RedisSentinelBuilder().bind("127.0.0.1"))
                .sentinelCount(1)
                .quorumSize(1)
                .replicationGroup("master", 1)
                .build();
    }
}
