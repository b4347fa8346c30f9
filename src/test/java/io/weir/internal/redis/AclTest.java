package io.weir.internal.redis;

import static io.weir.internal.redis.Fixtures.MINUTE;
import static io.weir.internal.redis.Fixtures.admits;
import static io.weir.internal.redis.Fixtures.admittedUntilRefused;
import static io.weir.internal.redis.Fixtures.bucket;
import static io.weir.internal.redis.Fixtures.givingBack;
import static io.weir.internal.redis.Fixtures.probeUntilItServes;
import static io.weir.internal.redis.Fixtures.refusal;
import static io.weir.internal.redis.Fixtures.script;
import static io.weir.internal.redis.Fixtures.sliding;
import static io.weir.testing.Asked.peek;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.Key;
import io.weir.Limit.SlidingWindow;
import io.weir.Policy;
import io.weir.internal.count.StoreUnavailableException;
import io.weir.testing.RealRedis;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** The rights in acl.txt suffice (RedisContractTest runs with them, too), and each is needed. */
class AclTest {

    /** Needed by new connections only. */
    private static final String PING = "+ping";

    @Test
    void everyGrantedCommandIsNeeded() throws Exception {
        try (RealRedis redis = RealRedis.started();
                Jedis admin = redis.client()) {
            Acl.grant(redis);
            try (RedisCounts store = new RedisCounts(Acl.settings(redis), () -> "shop", true)) {
                probeUntilItServes(store);
                everything(store, admin, "all of them");
                List<String> useless = new ArrayList<>();
                for (String right : Acl.line()) {
                    if (right.startsWith("+") && !right.equals(PING)) {
                        Acl.change(admin, right.replace('+', '-').replaceFirst("\\|.*", ""));
                        admin.scriptFlush();
                        if (passes(store, admin, right)) {
                            useless.add(right);
                        }
                        Acl.change(admin, right);
                    }
                }
                assertThat(useless).isEmpty();
                everything(store, admin, "all of them again");
            }
            Acl.change(admin, "-ping");
            try (RedisCounts store = new RedisCounts(Acl.settings(redis), () -> "shop", true)) {
                assertThatThrownBy(store::connect)
                        .isInstanceOf(StoreUnavailableException.class)
                        .hasMessageContaining("NOPERM")
                        .hasMessageContaining("weir.redis.username");
            }
        }
    }

    @Test
    void keysOfOthersAreOutOfReach() {
        try (RealRedis redis = RealRedis.started()) {
            Acl.grant(redis);
            try (RedisCounts store = new RedisCounts(Acl.settings(redis), () -> "other", false)) {
                assertThatThrownBy(store::probe)
                        .isInstanceOf(StoreUnavailableException.class)
                        .hasMessageContaining("weir.redis.username");
            }
        }
    }

    private static boolean passes(RedisCounts store, Jedis admin, String name) {
        try {
            everything(store, admin, name);
            return true;
        } catch (StoreUnavailableException | AssertionError e) {
            return false;
        }
    }

    /** Each way through the scripts, on keys of its own. */
    private static void everything(RedisCounts store, Jedis admin, String name)
            throws StoreUnavailableException {
        store.probe();
        RedisKeys keys = new RedisKeys(() -> "shop");
        Key key = Key.ofClient("203.0.113.7", name);

        Policy rrl = sliding("rrl", 2);
        String log = keys.rateLimiter(rrl, key, rrl.limits().get(0));
        assertThat(admits(store, rrl, key)).isTrue();
        // The permit is free again, and a refusal tells the wait.
        admin.eval(
                "local m = redis.call('ZRANGE', KEYS[1], 0, -1)[1]"
                        + " return redis.call('ZADD', KEYS[1], 1, m)",
                1,
                log + ":permits");
        assertThat(admittedUntilRefused(store, rrl, key)).isEqualTo(2);
        assertThat(refusal(store, rrl, key).limits()).isNotEmpty();
        // What is no permit is mended.
        admin.zadd(log + ":permits", 1, "garbage");
        assertThat(peek(store, rrl, key).get(0).remaining()).isZero();
        store.reset(rrl, key);
        assertThat(admits(store, rrl, key)).isTrue();

        Policy both = script("script", new SlidingWindow(5, MINUTE), bucket(1, 5));
        String list = keys.log(both, key, both.limits().get(0));
        long now = Long.parseLong(admin.time().get(0)) * 1_000_000;
        admin.rpush(
                list,
                (now - 61_000_000) + ":1:" + (now - 1_000_000) + ":2",
                (now - 1_000_000) + ":1");
        assertThat(admittedUntilRefused(store, both, key)).isEqualTo(4);
        admin.lpush(list, "garbage");
        assertThat(peek(store, both, key).get(0).remaining()).isZero();

        Policy back = givingBack("back", new SlidingWindow(2, MINUTE), bucket(1, 2));
        assertThat(admits(store, back, key)).isTrue();
        long budget = MINUTE.toNanos();
        requireNonNull(store.take(back, key, 1, List.of(), budget).settlement())
                .settle(-1)
                .toCompletableFuture()
                .handle((done, failed) -> null)
                .join();
        assertThat(admittedUntilRefused(store, back, key)).isEqualTo(1);
    }
}
