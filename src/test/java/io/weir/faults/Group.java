package io.weir.faults;

import io.weir.testing.RealRedis;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;

/** A master and its replica under one sentinel. The master dies, the replica takes over. */
final class Group extends Scene {

    private static final String NAME = "master";

    private @Nullable RealRedis master;
    private @Nullable RealRedis replica;
    private @Nullable RealRedis sentinel;
    private String version = "";

    @Override
    void set() throws Exception {
        Path directory = directory();
        RealRedis first = own(RealRedis.started("--dir", directory().toString()));
        RealRedis second =
                own(
                        RealRedis.started(
                                "--dir",
                                directory().toString(),
                                "--replicaof",
                                "127.0.0.1",
                                String.valueOf(first.port())));
        master = first;
        replica = second;
        try (Jedis client = second.client()) {
            Wait.until("in sync", () -> client.info().contains("master_link_status:up"));
            version = Versions.redis(client);
        }
        RealRedis watching = own(RealRedis.sentinelOf(NAME, first, directory));
        sentinel = watching;
        try (Jedis client = watching.client()) {
            Wait.until(
                    "the sentinel knows the replica",
                    () -> {
                        List<Map<String, String>> known = client.sentinelReplicas(NAME);
                        return known.size() == 1
                                && "ok".equals(known.get(0).get("master-link-status"));
                    });
        }
    }

    @Override
    String url() {
        return "redis-sentinel://127.0.0.1:" + Wait.there(sentinel).port() + "/0#" + NAME;
    }

    @Override
    String version() {
        return version;
    }

    @Override
    void inflict() {
        Wait.there(master).kill();
    }

    /** The sentinel does it: this only waits. */
    @Override
    void lift() throws Exception {
        RealRedis next = Wait.there(replica);
        try (Jedis asking = Wait.there(sentinel).client();
                Jedis client = next.client()) {
            Wait.until(
                    "the replica is the master",
                    () ->
                            asking.sentinelGetMasterAddrByName(NAME)
                                            .get(1)
                                            .equals(String.valueOf(next.port()))
                                    && client.info().contains("role:master"));
        }
    }
}
