package io.weir.internal.redis;

import static io.weir.testing.Asked.acquire;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.Decision.Admitted;
import io.weir.Decision.Refused;
import io.weir.Engine;
import io.weir.Key;
import io.weir.Limit;
import io.weir.Limit.SlidingWindow;
import io.weir.Limit.TokenBucket;
import io.weir.Policy;
import io.weir.internal.count.Breaker;
import io.weir.internal.count.CountingStore;
import io.weir.internal.count.Silent;
import io.weir.internal.count.StoreUnavailableException;
import io.weir.testing.Policies;
import io.weir.testing.RealRedis;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import redis.clients.jedis.Jedis;

/** What the tests of this package share. */
final class Fixtures {

    static final Duration LONG_DEADLINE = Duration.ofSeconds(5);
    static final Duration MINUTE = Duration.ofMinutes(1);
    static final Key KEY = Key.ofClient("203.0.113.7", "42");

    private Fixtures() {}

    static RedisCounts connected(RealRedis redis) throws InterruptedException {
        return connected(redis, false);
    }

    static RedisCounts connected(RealRedis redis, boolean tellsState) throws InterruptedException {
        RedisCounts store =
                new RedisCounts(redis.settings(LONG_DEADLINE), () -> "shop", tellsState);
        probeUntilItServes(store);
        return store;
    }

    /** One node of those that share a Redis, which serves. */
    static CountingStore node(RedisCounts redis) {
        Breaker breaker = new Breaker(System::nanoTime, 1, new Silent());
        CountingStore store =
                new CountingStore(
                        10_000, System::nanoTime, () -> {}, redis, breaker, LONG_DEADLINE);
        assertThat(store.probe(redis::probe)).isTrue();
        return store;
    }

    /**
     * As the housekeeping thread does it. A cold JVM on a busy machine may need more than one try.
     */
    static void probeUntilItServes(RedisCounts store) throws InterruptedException {
        long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (true) {
            try {
                store.probe();
                return;
            } catch (StoreUnavailableException e) {
                assertThat(System.nanoTime()).as(e.getMessage()).isLessThan(until);
                Thread.sleep(50);
            }
        }
    }

    static Policy sliding(String name, long permits) {
        return policy(name, Engine.RRATELIMITER, false, new SlidingWindow(permits, MINUTE));
    }

    static Policy script(String name, Limit... limits) {
        return policy(name, Engine.SCRIPT, false, limits);
    }

    static Policy givingBack(String name, Limit... limits) {
        return policy(name, Engine.SCRIPT, true, limits);
    }

    static TokenBucket bucket(long permits, long burst) {
        return new TokenBucket(permits, MINUTE, burst);
    }

    private static Policy policy(String name, Engine engine, boolean givesBack, Limit... limits) {
        return Policies.named(name)
                .wireName("wire")
                .limits(limits)
                .engine(engine)
                .givesBack(givesBack)
                .policy();
    }

    static boolean admits(RedisCounts store, Policy policy, Key key)
            throws StoreUnavailableException {
        return acquire(store, policy, key, 1).decision() instanceof Admitted;
    }

    /** Asks until refused, and says how often it was admitted. */
    static int admittedUntilRefused(RedisCounts store, Policy policy, Key key)
            throws StoreUnavailableException {
        int admitted = 0;
        while (admits(store, policy, key)) {
            admitted++;
            assertThat(admitted).as("admitted without end").isLessThan(10_000);
        }
        return admitted;
    }

    static Refused refusal(RedisCounts store, Policy policy, Key key)
            throws StoreUnavailableException {
        return (Refused) acquire(store, policy, key, 1).decision();
    }

    /** All keys, after making sure that each of them will go by itself. */
    static Set<String> keysWithTtl(RealRedis redis) {
        try (Jedis client = redis.client()) {
            Set<String> keys = new TreeSet<>(client.keys("*"));
            for (String key : keys) {
                // Gone since it was listed is -2.
                assertThat(client.pttl(key)).as("TTL of " + key).isNotEqualTo(-1);
            }
            return keys;
        }
    }
}
