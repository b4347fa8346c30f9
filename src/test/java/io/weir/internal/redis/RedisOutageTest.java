package io.weir.internal.redis;

import static io.weir.internal.redis.Fixtures.KEY;
import static io.weir.internal.redis.Fixtures.LONG_DEADLINE;
import static io.weir.internal.redis.Fixtures.MINUTE;
import static io.weir.internal.redis.Fixtures.admits;
import static io.weir.internal.redis.Fixtures.admittedUntilRefused;
import static io.weir.internal.redis.Fixtures.bucket;
import static io.weir.internal.redis.Fixtures.connected;
import static io.weir.internal.redis.Fixtures.givingBack;
import static io.weir.internal.redis.Fixtures.probeUntilItServes;
import static io.weir.internal.redis.Fixtures.script;
import static io.weir.internal.redis.Fixtures.sliding;
import static io.weir.testing.Asked.acquire;
import static io.weir.testing.Asked.peek;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.netty.util.internal.InternalThreadLocalMap;
import io.weir.Limit.SlidingWindow;
import io.weir.Policy;
import io.weir.internal.count.Outcome;
import io.weir.internal.count.StoreUnavailableException;
import io.weir.testing.RealRedis;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol.Command;

/** Redis away, and access that is refused: what callers see, and how it comes back. */
class RedisOutageTest {

    private static final Duration DEADLINE = Duration.ofMillis(200);

    /** Redisson's own defaults hold a call for 5 seconds and more. */
    private static final Duration PROMPT = Duration.ofSeconds(2);

    private static final List<Policy> POLICIES =
            List.of(
                    sliding("rrl", 3),
                    script("script", new SlidingWindow(3, MINUTE), bucket(1, 5)));

    private static void assertAway(RedisCounts store) {
        for (Policy policy : POLICIES) {
            for (int i = 0; i < 3; i++) {
                long start = System.nanoTime();
                assertThatThrownBy(() -> acquire(store, policy, KEY, 1))
                        .isInstanceOf(StoreUnavailableException.class);
                assertThatThrownBy(() -> peek(store, policy, KEY))
                        .isInstanceOf(StoreUnavailableException.class);
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PROMPT);
            }
        }
    }

    @Test
    void notConnectedUntilProbed() throws Exception {
        try (RealRedis redis = RealRedis.started();
                RedisCounts store =
                        new RedisCounts(redis.settings(LONG_DEADLINE), () -> "shop", false)) {
            assertThatThrownBy(() -> acquire(store, POLICIES.get(0), KEY, 1))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("not connected");
            store.probe();
            assertThat(admits(store, POLICIES.get(0), KEY)).isTrue();
            store.close();
            assertThatThrownBy(store::probe).isInstanceOf(StoreUnavailableException.class);
            assertThatThrownBy(() -> acquire(store, POLICIES.get(0), KEY, 1))
                    .isInstanceOf(StoreUnavailableException.class);
        }
    }

    @Test
    void notThereAtTheStart() throws Exception {
        try (RealRedis redis = RealRedis.notStarted();
                RedisCounts store =
                        new RedisCounts(redis.settings(DEADLINE), () -> "shop", false)) {
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(store::probe)
                        .isInstanceOf(StoreUnavailableException.class)
                        .hasMessageContaining("Connection refused")
                        .message()
                        .doesNotContain("configured access");
            }
            assertAway(store);
            redis.start();
            probeUntilItServes(store);
            // Counting right is not a matter of the short deadline.
            try (RedisCounts patient = connected(redis)) {
                assertThat(admittedUntilRefused(patient, POLICIES.get(0), KEY)).isEqualTo(3);
            }
        }
    }

    @Test
    void killedAndStartedAgain() throws Exception {
        try (RealRedis redis = RealRedis.started();
                RedisCounts store = new RedisCounts(redis.settings(DEADLINE), () -> "shop", true)) {
            probeUntilItServes(store);
            for (int round = 0; round < 2; round++) {
                redis.kill();
                assertAway(store);
                assertThatThrownBy(store::probe).isInstanceOf(StoreUnavailableException.class);
                redis.start();
                probeUntilItServes(store);
            }
        }
    }

    @Test
    void hungAndGoingOn() throws Exception {
        try (RealRedis redis = RealRedis.started();
                RedisCounts patient = connected(redis);
                RedisCounts late = new RedisCounts(redis.settings(DEADLINE), () -> "shop", true);
                RedisCounts store = new RedisCounts(redis.settings(DEADLINE), () -> "shop", true)) {
            probeUntilItServes(store);
            Policy back = givingBack("back", new SlidingWindow(3, MINUTE));
            Outcome taken = acquire(patient, back, KEY, 1);
            redis.freeze();
            try {
                assertAway(store);
                assertThatThrownBy(store::probe).isInstanceOf(StoreUnavailableException.class);
                long start = System.nanoTime();
                assertThatThrownBy(late::probe).isInstanceOf(StoreUnavailableException.class);
                assertThat(Duration.ofNanos(System.nanoTime() - start))
                        .isLessThan(PROMPT.multipliedBy(2));
            } finally {
                redis.thaw();
            }
            probeUntilItServes(store);
            probeUntilItServes(late);
            probeUntilItServes(patient);
            taken.receipt().giveBack();
            assertThat(peek(patient, back, KEY).get(0).remaining()).isEqualTo(3);
        }
    }

    @Test
    void moreCallersThanMayBeOnTheirWayAllComeBack() throws Exception {
        int callers = Connection.IN_FLIGHT + 100;
        ExecutorService pool = Executors.newFixedThreadPool(callers);
        try (RealRedis redis = RealRedis.started();
                RedisCounts store =
                        new RedisCounts(redis.settings(DEADLINE), () -> "shop", false)) {
            probeUntilItServes(store);
            CountDownLatch together = new CountDownLatch(callers);
            List<Future<Throwable>> results = new ArrayList<>();
            redis.freeze();
            try {
                for (int i = 0; i < callers; i++) {
                    results.add(
                            pool.submit(
                                    () -> {
                                        together.countDown();
                                        together.await();
                                        return catchThrowable(
                                                () -> acquire(store, POLICIES.get(1), KEY, 1));
                                    }));
                }
                for (Future<Throwable> result : results) {
                    assertThat(result.get()).isInstanceOf(StoreUnavailableException.class);
                }
            } finally {
                redis.thaw();
            }
            probeUntilItServes(store);
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void accessThatIsRefusedSaysSoWithoutThePassword() {
        try (RealRedis redis = RealRedis.started("--requirepass", "right-one");
                RedisCounts without =
                        new RedisCounts(redis.settings(DEADLINE), () -> "shop", false);
                RedisCounts wrong =
                        new RedisCounts(
                                redis.settings(DEADLINE, Optional.of("wrong-one")),
                                () -> "shop",
                                false)) {
            assertThatThrownBy(without::probe)
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageStartingWith("Redis refuses the configured access")
                    .hasMessageContaining("NOAUTH");
            assertThatThrownBy(wrong::probe)
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageStartingWith("Redis refuses the configured access")
                    .hasMessageContaining("WRONGPASS")
                    .message()
                    .doesNotContain("wrong-one");
        }
    }

    @Test
    void aPasswordWhereThereIsNoneSaysSo() {
        try (RealRedis redis = RealRedis.started();
                RedisCounts store =
                        new RedisCounts(
                                redis.settings(DEADLINE, Optional.of("a-secret")),
                                () -> "shop",
                                false)) {
            assertThatThrownBy(store::probe)
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageStartingWith("Redis refuses the configured access")
                    .message()
                    .doesNotContain("a-secret");
        }
    }

    @Test
    void aRightThatWasTakenAwaySaysSo() throws Exception {
        try (RealRedis redis = RealRedis.started("--requirepass", "secret");
                Jedis client = redis.client();
                RedisCounts store =
                        new RedisCounts(
                                redis.settings(LONG_DEADLINE, Optional.of("secret")),
                                () -> "shop",
                                false)) {
            store.probe();
            client.auth("secret");
            client.sendCommand(Command.ACL, "SETUSER", "default", "-evalsha");
            assertThatThrownBy(store::probe)
                    .hasMessageStartingWith("Redis refuses the configured access")
                    .hasMessageContaining("NOPERM");
            client.sendCommand(Command.ACL, "SETUSER", "default", "+evalsha", "-zadd");
            assertThatThrownBy(store::probe)
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageStartingWith("Redis refuses the configured access")
                    .hasMessageContaining("can't run this command");
        }
    }

    @Test
    void aCertificateThatNobodyTrustsSaysSo(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("keys.p12");
        int exit =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-alias",
                                "k",
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=redis",
                                "-storepass",
                                "secret",
                                "-keystore",
                                file.toString())
                        .inheritIO()
                        .start()
                        .waitFor();
        assertThat(exit).isZero();
        KeyStore keys = KeyStore.getInstance(file.toFile(), "secret".toCharArray());
        KeyManagerFactory managers =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, "secret".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        try (ServerSocket server =
                        context.getServerSocketFactory()
                                .createServerSocket(0, 10, InetAddress.getLoopbackAddress());
                RedisCounts store =
                        new RedisCounts(
                                new RedisSettings(
                                        RedisSettings.Topology.SINGLE,
                                        List.of("rediss://127.0.0.1:" + server.getLocalPort()),
                                        Optional.empty(),
                                        0,
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty(),
                                        LONG_DEADLINE),
                                () -> "shop",
                                false)) {
            Thread accepting = new Thread(() -> shakeHands(server));
            accepting.start();
            assertThatThrownBy(store::probe)
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageStartingWith("Redis refuses the configured access")
                    .hasMessageContaining("PKIX path");
            server.close();
            accepting.join(10_000);
        }
    }

    private static void shakeHands(ServerSocket server) {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                // Reading makes the handshake.
                socket.getInputStream().read();
            } catch (IOException e) {
                // The client hung up, as it should.
            }
        }
    }

    @Test
    void aRedisThatTakesNoWritesIsAway() throws Exception {
        try (RealRedis redis = RealRedis.started();
                Jedis client = redis.client();
                RedisCounts store =
                        new RedisCounts(redis.settings(LONG_DEADLINE), () -> "shop", false)) {
            store.probe();
            for (Policy policy : POLICIES) {
                assertThat(admits(store, policy, KEY)).isTrue();
            }

            client.slaveof("127.0.0.1", RealRedis.freePort());
            assertThatThrownBy(store::probe)
                    .isInstanceOf(StoreUnavailableException.class)
                    .message()
                    .doesNotContain("configured access");
            assertAllUnavailable(store);
            client.slaveofNoOne();
            probeUntilItServes(store);

            client.configSet("maxmemory-policy", "noeviction");
            client.configSet("maxmemory", "1");
            assertThatThrownBy(store::probe).isInstanceOf(StoreUnavailableException.class);
            assertAllUnavailable(store);
            client.configSet("maxmemory", "0");
            probeUntilItServes(store);
            for (Policy policy : POLICIES) {
                assertThat(admittedUntilRefused(store, policy, KEY)).isEqualTo(2);
            }
        }
    }

    private static void assertAllUnavailable(RedisCounts store) {
        for (Policy policy : POLICIES) {
            assertThatThrownBy(() -> acquire(store, policy, KEY, 1))
                    .isInstanceOf(StoreUnavailableException.class)
                    .message()
                    .doesNotContain("mend")
                    .doesNotContain("203.0.113.7");
        }
    }

    @Test
    void aRedissonFileSaysEverything(@TempDir Path directory) throws Exception {
        try (RealRedis redis = RealRedis.started()) {
            Path file = directory.resolve("redisson.yaml");
            Files.writeString(
                    file,
                    """
                    singleServerConfig:
                      address: "%s"
                      database: 3
                    """
                            .formatted(redis.url()));
            try (RedisCounts store = fromFile(file)) {
                store.probe();
                assertThat(admits(store, POLICIES.get(0), KEY)).isTrue();
                assertThat(store.address()).isEqualTo(file.toString());
                try (Jedis client = redis.client()) {
                    client.select(3);
                    assertThat(client.keys("weir:shop:rrl:*")).hasSize(3);
                }
            }
            try (RedisCounts store = fromFile(directory.resolve("missing.yaml"))) {
                assertThatThrownBy(store::probe)
                        .isInstanceOf(StoreUnavailableException.class)
                        .hasMessageContaining("missing.yaml");
            }
            Files.writeString(file, "singleServerConfig: {adress: x}");
            try (RedisCounts store = fromFile(file)) {
                assertThatThrownBy(store::probe)
                        .isInstanceOf(StoreUnavailableException.class)
                        .hasMessageContaining("adress");
            }
        }
    }

    private static RedisCounts fromFile(Path file) throws IOException {
        return new RedisCounts(
                new RedisSettings(
                        RedisSettings.Topology.FILE,
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

    @Test
    void closingLeavesNoThread() throws Exception {
        try (RealRedis redis = RealRedis.started()) {
            List<Thread> before = liveThreads();
            RedisCounts store = connected(redis);
            assertThat(admits(store, POLICIES.get(0), KEY)).isTrue();
            assertThat(liveThreads()).hasSizeGreaterThan(before.size());
            store.close();
            store.close();
            List<Thread> left = new ArrayList<>(liveThreads());
            left.removeAll(before);
            for (Thread thread : left) {
                thread.join(10_000);
            }
            assertThat(left).noneMatch(Thread::isAlive);
        }
    }

    /** Through these the class loader of an undeployed application would stay reachable. */
    @Test
    void aCallLeavesNoThreadLocalsOfNetty() throws Exception {
        try (RealRedis redis = RealRedis.started();
                RedisCounts store = connected(redis)) {
            for (Policy policy : POLICIES) {
                assertThat(admits(store, policy, KEY)).isTrue();
                peek(store, policy, KEY);
                store.reset(policy, KEY);
                assertThat(InternalThreadLocalMap.getIfSet()).isNull();
            }
            store.close();
            assertThat(InternalThreadLocalMap.getIfSet()).isNull();
        }
    }

    private static List<Thread> liveThreads() {
        return Thread.getAllStackTraces().keySet().stream().filter(Thread::isAlive).toList();
    }
}
