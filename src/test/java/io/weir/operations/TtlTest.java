package io.weir.operations;

import static io.weir.testing.Asked.acquire;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.Decision.Admitted;
import io.weir.Decision.Refused;
import io.weir.Engine;
import io.weir.Key;
import io.weir.Limit.SlidingWindow;
import io.weir.Policy;
import io.weir.internal.redis.RedisCounts;
import io.weir.testing.Policies;
import io.weir.testing.RealRedis;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redis.clients.jedis.Jedis;

/** What docs/operations.md says of the TTL of a client who goes on calling while refused. */
class TtlTest {

    @ParameterizedTest
    @CsvSource({"RRATELIMITER, rrl-60s, true", "SCRIPT, log2-60s, false"})
    void aRefusedCallRearmsItUnderRRateLimiterOnly(Engine engine, String kind, boolean rearms)
            throws Exception {
        Policy policy =
                Policies.named("view_count")
                        .limits(new SlidingWindow(1, Duration.ofMinutes(1)))
                        .engine(engine)
                        .policy();
        Key client = Key.ofClient("203.0.113.7", "42");
        try (RealRedis redis = RealRedis.started();
                Jedis operator = redis.client();
                RedisCounts store = MemoryTest.connected(redis)) {
            assertThat(acquire(store, policy, client, 1).decision()).isInstanceOf(Admitted.class);
            String key = "weir:shop:view_count:{203.0.113.7:42}:" + kind;
            for (String one : operator.keys(key + "*")) {
                operator.pexpire(one, 30_000);
            }
            assertThat(acquire(store, policy, client, 1).decision()).isInstanceOf(Refused.class);
            for (String one : operator.keys(key + "*")) {
                assertThat(operator.pttl(one) > 30_000).as(one).isEqualTo(rearms);
            }
        }
    }
}
