package io.weir.internal.redis;

import static io.weir.internal.redis.Fixtures.KEY;
import static io.weir.internal.redis.Fixtures.probeUntilItServes;
import static io.weir.internal.redis.Fixtures.sliding;
import static io.weir.testing.Asked.acquire;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.weir.internal.count.StoreUnavailableException;
import io.weir.internal.redis.RedisSettings.Topology;
import io.weir.testing.RealRedis;
import io.weir.testing.TinyDns;
import io.weir.testing.TinyDnsNames;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** The name of Redis comes to stand for another address. */
class DnsChangeTest {

    private static final Duration BACK = Duration.ofSeconds(10);

    private static RedisCounts store(Path directory, TinyDns dns, int port) throws Exception {
        Path file =
                Files.writeString(
                        directory.resolve("redisson.yaml"),
                        """
                        singleServerConfig:
                          address: "redis://redis.weir.test:%d"
                        addressResolverGroupFactory: !<%s> {port: %d}
                        """
                                .formatted(port, TinyDnsNames.class.getName(), dns.port()));
        return new RedisCounts(
                new RedisSettings(
                        Topology.FILE,
                        List.of(),
                        Optional.empty(),
                        0,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(file.toString()),
                        Duration.ofMillis(500)),
                () -> "shop",
                false);
    }

    /** The same port, on 127.0.0.2. */
    private static RealRedis elsewhere(RealRedis redis) {
        return RealRedis.started("--bind", "127.0.0.2", "--port", String.valueOf(redis.port()));
    }

    private static void untilCountedAt(String host, int port, RedisCounts store) throws Exception {
        long start = System.nanoTime();
        try (Jedis client = new Jedis(host, port)) {
            while (client.keys("weir:shop:rrl:*").isEmpty()) {
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(BACK);
                try {
                    acquire(store, sliding("rrl", 1_000), KEY, 1);
                } catch (StoreUnavailableException e) {
                    // On its way.
                }
                Thread.sleep(20);
            }
        }
    }

    /** On a busy machine the second that a connection has may end before anybody answers. */
    private static void untilRefused(RedisCounts store) {
        long start = System.nanoTime();
        String said = "";
        while (!said.contains("refused")) {
            assertThat(Duration.ofNanos(System.nanoTime() - start)).as(said).isLessThan(BACK);
            Throwable thrown = catchThrowable(store::connect);
            assertThat(thrown).isInstanceOf(StoreUnavailableException.class);
            said = String.valueOf(thrown.getMessage());
        }
    }

    @Test
    void whileTheOldOneIsStillThere(@TempDir Path directory) throws Exception {
        try (TinyDns dns = new TinyDns();
                RealRedis old = RealRedis.started();
                RealRedis next = elsewhere(old);
                RedisCounts store = store(directory, dns, old.port())) {
            probeUntilItServes(store);
            untilCountedAt("127.0.0.1", old.port(), store);
            dns.pointTo(2);
            untilCountedAt("127.0.0.2", old.port(), store);
        }
    }

    @Test
    void afterTheOldOneHasDied(@TempDir Path directory) throws Exception {
        try (TinyDns dns = new TinyDns();
                RealRedis old = RealRedis.started();
                RedisCounts store = store(directory, dns, old.port())) {
            probeUntilItServes(store);
            untilCountedAt("127.0.0.1", old.port(), store);
            old.kill();
            assertThatThrownBy(store::probe).isInstanceOf(StoreUnavailableException.class);
            try (RealRedis next = elsewhere(old)) {
                dns.pointTo(2);
                untilCountedAt("127.0.0.2", old.port(), store);
                store.probe();
            }
        }
    }

    @Test
    void beforeItWasEverThere(@TempDir Path directory) throws Exception {
        try (TinyDns dns = new TinyDns();
                RealRedis old = RealRedis.notStarted();
                RedisCounts store = store(directory, dns, old.port())) {
            untilRefused(store);
            untilRefused(store);
            try (RealRedis next = elsewhere(old)) {
                dns.pointTo(2);
                probeUntilItServes(store);
                untilCountedAt("127.0.0.2", old.port(), store);
            }
        }
    }
}
