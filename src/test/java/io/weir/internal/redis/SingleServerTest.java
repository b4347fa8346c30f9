package io.weir.internal.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.internal.count.StoreUnavailableException;
import io.weir.testing.FirstKeyProxy;
import io.weir.testing.RealRedis;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether one server holds all keys is found out with the first heartbeats. */
class SingleServerTest {

    private static final RedisKeys KEYS = new RedisKeys(() -> "shop");

    private static RealRedis redis;

    @BeforeAll
    static void start() {
        redis = RealRedis.started();
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    private static boolean found(Connection connection, SingleServer server)
            throws StoreUnavailableException {
        return connection.probe(
                session -> {
                    server.find(session, KEYS);
                    return server.holdsAllKeys();
                });
    }

    @Test
    void oneRedisDoes() throws Exception {
        try (Connection connection = new Connection(redis.settings(Fixtures.LONG_DEADLINE), null)) {
            SingleServer server = new SingleServer();
            for (int beat = 0; beat < 2 * SingleServer.ROUNDS; beat++) {
                assertThat(found(connection, server)).isTrue();
            }
            server.doesNot();
            assertThat(found(connection, server)).isFalse();
        }
        Fixtures.keysWithTtl(redis);
    }

    /** The other one holds a half of the keys, or a fiftieth. */
    @ParameterizedTest
    @ValueSource(ints = {2, 50})
    void twoBehindAProxyDoNotHoweverUnequalTheyAre(int parts) throws Exception {
        try (RealRedis another = RealRedis.started();
                FirstKeyProxy proxy = FirstKeyProxy.uneven(parts, redis, another);
                Connection connection =
                        new Connection(
                                new RedisSettings(
                                        RedisSettings.Topology.SINGLE,
                                        List.of(proxy.url()),
                                        Optional.empty(),
                                        0,
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty(),
                                        Fixtures.LONG_DEADLINE),
                                null)) {
            for (int node = 0; node < 10; node++) {
                SingleServer server = new SingleServer();
                for (int beat = 0; beat < SingleServer.ROUNDS; beat++) {
                    found(connection, server);
                }
                assertThat(server.holdsAllKeys()).isFalse();
            }
        }
    }
}
