package io.weir.internal.redis;

import static io.weir.internal.redis.Fixtures.LONG_DEADLINE;
import static io.weir.internal.redis.Fixtures.admittedUntilRefused;
import static io.weir.internal.redis.Fixtures.bucket;
import static io.weir.internal.redis.Fixtures.probeUntilItServes;
import static io.weir.internal.redis.Fixtures.script;
import static io.weir.internal.redis.Fixtures.sliding;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.Key;
import io.weir.Policy;
import io.weir.internal.count.StoreUnavailableException;
import io.weir.internal.redis.RedisSettings.Topology;
import io.weir.testing.RealRedis;
import io.weir.testing.TlsFront;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A wrong access is named with its setting, soon enough for the log of the start. */
class AccessTest {

    /** Meant are three seconds; the rest is for a busy machine. */
    private static final Duration SOON = Duration.ofSeconds(8);

    private static RedisCounts store(String address, Optional<String> password, int database) {
        return new RedisCounts(
                new RedisSettings(
                        Topology.SINGLE,
                        List.of(address),
                        Optional.empty(),
                        database,
                        Optional.empty(),
                        password,
                        Optional.empty(),
                        LONG_DEADLINE),
                () -> "shop",
                false);
    }

    private static void assertRefused(RedisCounts unconnected, String reason, String setting) {
        try (RedisCounts store = unconnected) {
            long start = System.nanoTime();
            assertThatThrownBy(store::probe)
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageStartingWith("Redis refuses the configured access")
                    .hasMessageContaining(reason)
                    .hasMessageContaining(setting)
                    .message()
                    .doesNotContain("wrong-one");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
        }
    }

    @Test
    void passwords() {
        try (RealRedis open = RealRedis.started();
                RealRedis closed = RealRedis.started("--requirepass", "secret")) {
            Optional<String> wrong = Optional.of("wrong-one");
            assertRefused(
                    store(closed.url(), Optional.empty(), 0), "NOAUTH", "weir.redis.password");
            assertRefused(store(closed.url(), wrong, 0), "WRONGPASS", "weir.redis.password");
            assertRefused(store(open.url(), wrong, 0), "no password", "weir.redis.password");
            assertRefused(store(open.url(), Optional.empty(), 16), "database", "weir.redis.url");
        }
    }

    @Test
    void tlsWhereThereIsNoneAndTheReverse(@TempDir Path directory) throws Exception {
        try (RealRedis redis = RealRedis.started();
                TlsFront tls =
                        new TlsFront(TlsFront.keys(directory, "ip:127.0.0.1"), redis.port())) {
            String there = "rediss://127.0.0.1:";
            assertRefused(
                    store(there + redis.port(), Optional.empty(), 0), "TLS", "weir.redis.url");
            assertRefused(store(there + tls.port(), Optional.empty(), 0), "PKIX", "weir.redis.url");
            assertRefused(
                    store("redis://127.0.0.1:" + tls.port(), Optional.empty(), 0),
                    "TLS",
                    "weir.redis.url");
        }
    }

    /** As redis-server does at its TLS port: it is no proof, so it is not taken for one. */
    @Test
    void whoeverHangsUpMayWantTls() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                RedisCounts store =
                        store("redis://127.0.0.1:" + server.getLocalPort(), Optional.empty(), 0)) {
            Thread accepting = new Thread(() -> hangUp(server));
            accepting.start();
            assertThatThrownBy(store::probe)
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("rediss://")
                    .hasMessageContaining("weir.redis.url");
            server.close();
            accepting.join(10_000);
        }
    }

    private static void hangUp(ServerSocket server) {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                assertThat(socket.getInputStream().read()).isNotNegative();
            } catch (IOException e) {
                // Closed by the test.
            }
        }
    }

    @Test
    void aTrustedCertificateServesAndOneOfAnotherHostDoesNot(@TempDir Path directory)
            throws Exception {
        Path right = TlsFront.keys(directory, "ip:127.0.0.1");
        Path other = TlsFront.keys(directory, "ip:127.0.0.2");
        try (RealRedis redis = RealRedis.started();
                TlsFront good = new TlsFront(right, redis.port());
                TlsFront bad = new TlsFront(other, redis.port())) {
            try (RedisCounts store = trusting(directory, right, good.port())) {
                probeUntilItServes(store);
                assertServes(store, sliding("rrl", 3), 3);
                assertServes(store, script("script", bucket(1, 5)), 5);
            }
            assertRefused(trusting(directory, other, bad.port()), "TLS", "weir.redis.config");
        }
    }

    /** The first encrypted calls of a cold JVM on a busy machine may come too late. */
    private static void assertServes(RedisCounts store, Policy policy, int permits)
            throws InterruptedException {
        long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        for (int client = 1; ; client++) {
            try {
                Key key = Key.ofClient("203.0.113." + client);
                assertThat(admittedUntilRefused(store, policy, key)).isEqualTo(permits);
                return;
            } catch (StoreUnavailableException e) {
                assertThat(System.nanoTime()).as(e.getMessage()).isLessThan(until);
                Thread.sleep(50);
            }
        }
    }

    private static RedisCounts trusting(Path directory, Path store, int port) throws Exception {
        Path file = directory.resolve("redisson.yaml");
        Files.writeString(
                file,
                """
                singleServerConfig:
                  address: "rediss://127.0.0.1:%d"
                sslTruststore: "%s"
                sslTruststorePassword: "not-secret"
                """
                        .formatted(port, store.toUri()));
        return new RedisCounts(
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
                false);
    }
}
