package io.weir.internal.redis;

import static io.weir.internal.redis.Fixtures.LONG_DEADLINE;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.testing.RealRedis;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.redisson.config.Config;
import redis.clients.jedis.Jedis;

class PingCheckTest {

    /** One in sixty stayed open while the event loop was left to close it. */
    private static final int KNOCKS = 300;

    @Test
    void leavesNoConnectionBehind() throws Exception {
        try (RealRedis redis = RealRedis.started();
                Jedis client = redis.client()) {
            Config config = RedissonConfig.of(redis.settings(LONG_DEADLINE));
            for (int i = 0; i < KNOCKS; i++) {
                PingCheck.at(config);
            }
            assertThat(connectionsOnceQuiet(client)).isEqualTo(1);
        }
    }

    /** Redis sees the end of a connection a moment after it was closed. */
    private static long connectionsOnceQuiet(Jedis client) {
        long until = System.nanoTime() + LONG_DEADLINE.toNanos();
        while (client.clientList().lines().count() > 1 && System.nanoTime() < until) {
            LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
        }
        return client.clientList().lines().count();
    }
}
