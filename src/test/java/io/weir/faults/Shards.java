package io.weir.faults;

import io.weir.testing.RealRedis;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.util.JedisClusterCRC16;

/**
 * A cluster of three shards without replicas. The one that holds the greedy client's counts dies,
 * and comes back empty.
 */
final class Shards extends Scene {

    private static final int SLOTS = 16_384;
    private static final int COUNT = 3;

    private final boolean allOrNothing;
    private final List<RealRedis> shards = new ArrayList<>();
    private final int lost = shardOf(Traffic.HOT);
    private String version = "";

    /** With {@code cluster-require-full-coverage} or without. */
    Shards(boolean allOrNothing) {
        this.allOrNothing = allOrNothing;
    }

    private static int shardOf(String keyText) {
        return JedisClusterCRC16.getSlot(keyText) * COUNT / SLOTS;
    }

    @Override
    void set() throws Exception {
        for (int i = 0; i < COUNT; i++) {
            shards.add(
                    own(
                            RealRedis.onPort(
                                    RealRedis.freePort(),
                                    "--dir",
                                    directory().toString(),
                                    "--cluster-enabled",
                                    "yes",
                                    "--cluster-node-timeout",
                                    "1000",
                                    "--cluster-require-full-coverage",
                                    allOrNothing ? "yes" : "no")));
            shards.get(i).start();
        }
        for (int i = 0; i < COUNT; i++) {
            int shard = i;
            try (Jedis client = shards.get(i).client()) {
                version = Versions.redis(client);
                client.clusterAddSlots(
                        IntStream.range(0, SLOTS)
                                .filter(slot -> slot * COUNT / SLOTS == shard)
                                .toArray());
                client.clusterMeet("127.0.0.1", shards.get(0).port());
            }
        }
        awaitWhole();
    }

    private void awaitWhole() throws Exception {
        for (RealRedis shard : shards) {
            try (Jedis client = shard.client()) {
                Wait.until(
                        "the cluster is whole",
                        () ->
                                client.clusterInfo().contains("cluster_state:ok")
                                        && client.clusterInfo()
                                                .contains("cluster_known_nodes:" + COUNT));
            }
        }
    }

    @Override
    String url() {
        return "redis-cluster://"
                + shards.stream()
                        .map(shard -> "127.0.0.1:" + shard.port())
                        .collect(Collectors.joining(","));
    }

    @Override
    String version() {
        return version;
    }

    @Override
    boolean concerns(String keyText) {
        return shardOf(keyText) == lost;
    }

    @Override
    void inflict() {
        shards.get(lost).kill();
    }

    @Override
    void lift() throws Exception {
        shards.get(lost).start();
        awaitWhole();
    }
}
