package io.weir.internal.redis;

import io.weir.Engine;
import io.weir.Policy;
import io.weir.internal.count.Store;
import io.weir.internal.count.StoreContract;
import io.weir.testing.Asked;
import io.weir.testing.Policies;
import io.weir.testing.RealRedis;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

/**
 * Every store's contract, on a real Redis, by each engine, with two nodes: as a user that may do
 * only what it must, and without what managed services refuse.
 */
class RedisContractTest {

    private static RealRedis redis;
    private static RedisCounts one;
    private static RedisCounts other;

    @BeforeAll
    static void connect() throws InterruptedException {
        redis = RealRedis.started("--rename-command", "CONFIG", "", "--rename-command", "INFO", "");
        Acl.grant(redis);
        one = new RedisCounts(Acl.settings(redis), () -> "shop", false);
        other = new RedisCounts(Acl.settings(redis), () -> "shop", true);
        Fixtures.probeUntilItServes(one);
        Fixtures.probeUntilItServes(other);
    }

    @AfterAll
    static void disconnect() {
        one.close();
        other.close();
        redis.close();
    }

    abstract static class OnRedis extends StoreContract {

        private final Engine engine;

        OnRedis(Engine engine) {
            this.engine = engine;
        }

        @Override
        protected Store store() {
            return Asked.alone(one);
        }

        @Override
        protected Store otherNode() {
            return Asked.alone(other);
        }

        @Override
        protected Policy engine(Policy p) {
            return Policies.like(p).engine(engine).policy();
        }

        /** The clock is that of a real Redis, which only time itself moves. */
        @Override
        protected void pass(Duration time) throws InterruptedException {
            Thread.sleep(time.toMillis() + 2);
        }
    }

    @Nested
    class ByRateLimiter extends OnRedis {
        ByRateLimiter() {
            super(Engine.RRATELIMITER);
        }
    }

    @Nested
    class ByScript extends OnRedis {
        ByScript() {
            super(Engine.SCRIPT);
        }
    }
}
