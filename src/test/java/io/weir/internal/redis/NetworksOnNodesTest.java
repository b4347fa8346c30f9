package io.weir.internal.redis;

import static io.weir.internal.redis.Fixtures.connected;
import static io.weir.internal.redis.Fixtures.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.Decision;
import io.weir.Limit;
import io.weir.OnOutage;
import io.weir.Policy;
import io.weir.internal.address.Cidr;
import io.weir.internal.address.Client;
import io.weir.internal.count.CountingStore;
import io.weir.internal.count.Store;
import io.weir.internal.guard.CurrentOperation;
import io.weir.internal.guard.Gate;
import io.weir.internal.guard.Keys;
import io.weir.internal.guard.LivePolicy;
import io.weir.internal.guard.Plans;
import io.weir.internal.guard.Terms;
import io.weir.testing.Policies;
import io.weir.testing.RealRedis;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.Jedis;

/**
 * What is promised of exempt and denied networks, on two nodes of one Redis, and while it is away:
 * neither is ever counted, and everybody else is, in each mode.
 */
class NetworksOnNodesTest {

    private static final String COUNTED = "203.0.113.7";
    private static final String EXEMPT = "192.0.2.7";
    private static final String DENIED = "198.51.100.7";

    private String address = COUNTED;

    private Gate gate(Store store, Policy policy) {
        Terms terms =
                new Terms(
                        List.of(Cidr.parse("192.0.2.0/24")),
                        List.of(Cidr.parse("198.51.100.0/24")),
                        List.of(),
                        List.of());
        LivePolicy live =
                new LivePolicy() {
                    @Override
                    public Policy get() {
                        return policy;
                    }

                    @Override
                    public Terms terms() {
                        return terms;
                    }
                };
        return new Gate(
                asked -> live,
                store,
                new Keys(Map.of(), Map.of(), "weir", (asked, source, thrown) -> {}),
                Plans.NONE,
                new CurrentOperation(),
                () -> new Client(address, address, address, List.of()),
                nobody -> {},
                (asked, key, edge, decidedBy, decision, nanos) -> {},
                System::nanoTime);
    }

    private Decision asked(Gate gate, String from) {
        address = from;
        return gate.limiter().tryAcquire("networks");
    }

    private void assertNetworks(Gate gate) {
        for (int i = 0; i < 10; i++) {
            assertThat(asked(gate, EXEMPT)).isEqualTo(new Decision.Admitted(List.of()));
            assertThat(asked(gate, DENIED)).isEqualTo(new Decision.Denied());
        }
    }

    @ParameterizedTest
    @EnumSource(OnOutage.class)
    void theyAreCountedNowhere(OnOutage onOutage) throws Exception {
        Policy policy =
                Policies.named("networks")
                        .limits(new Limit.SlidingWindow(3, Duration.ofHours(1)))
                        .onOutage(onOutage)
                        .policy();
        try (RealRedis redis = RealRedis.started();
                RedisCounts first = connected(redis);
                RedisCounts second = connected(redis)) {
            CountingStore here = node(first);
            CountingStore there = node(second);
            Gate one = gate(here, policy);
            Gate two = gate(there, policy);
            assertNetworks(one);
            assertNetworks(two);
            try (Jedis jedis = redis.client()) {
                assertThat(jedis.keys("*:networks:*")).isEmpty();
            }
            assertThat(asked(one, COUNTED)).isInstanceOf(Decision.Admitted.class);
            assertThat(asked(two, COUNTED)).isInstanceOf(Decision.Admitted.class);
            assertThat(asked(one, COUNTED)).isInstanceOf(Decision.Admitted.class);
            assertThat(asked(two, COUNTED)).isInstanceOf(Decision.Refused.class);
            try (Jedis jedis = redis.client()) {
                assertThat(jedis.keys("*:networks:*")).isNotEmpty();
            }
            redis.kill();
            assertThat(here.probe(first::probe)).isFalse();
            assertThat(there.probe(second::probe)).isFalse();
            assertNetworks(one);
            assertNetworks(two);
        }
    }
}
