package io.weir.internal.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.Decision;
import io.weir.Key;
import io.weir.Limit;
import io.weir.Policy;
import io.weir.internal.count.Breaker;
import io.weir.internal.count.CountingStore;
import io.weir.internal.count.SetTicker;
import io.weir.internal.count.Silent;
import io.weir.testing.Policies;
import io.weir.testing.RealRedis;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;

/** Nodes that take permits of one key ahead, in a real Redis. Times are set: the script's, too. */
class LeasesTest {

    private static final String CLOCK = "local now = tonumber(redis.call('GET', 'now'))";
    private static final Key HOT = Key.ofClient("203.0.113.7");
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration LEASE = Duration.ofMillis(100);

    private final Policy window = leased("window", new Limit.SlidingWindow(1_000, MINUTE));
    private final Policy bucket = leased("bucket", new Limit.TokenBucket(6_000, MINUTE, 1_000));
    private final Policy both =
            leased(
                    "both",
                    new Limit.SlidingWindow(1_000, MINUTE),
                    new Limit.TokenBucket(60_000, MINUTE, 2_000));

    private RealRedis redis;
    private Jedis client;
    private Node one;
    private Node other;
    private long now = 1_796_083_200_000_000L;

    private static Policy leased(String name, Limit... limits) {
        return Policies.named(name).limits(limits).lease(LEASE).policy();
    }

    private static final class Node {
        private final SetTicker ticker = SetTicker.anywhere();
        private final RedisCounts counts;
        private final Breaker breaker;
        private final CountingStore store;

        Node(RealRedis redis) {
            counts =
                    new RedisCounts(
                            redis.settings(Duration.ofSeconds(2)),
                            null,
                            () -> "shop",
                            false,
                            () -> Resets.DAY,
                            CLOCK,
                            System::currentTimeMillis);
            breaker = new Breaker(ticker, 1, new Silent());
            store =
                    new CountingStore(
                            100, ticker, () -> {}, counts, breaker, Duration.ofSeconds(2));
        }

        void beatUntil(boolean serves) throws InterruptedException {
            for (int i = 0; store.probe(counts::probe) != serves; i++) {
                assertThat(i).isLessThan(200);
                Thread.sleep(50);
            }
        }

        int admitted(Policy policy, int calls) {
            int admitted = 0;
            for (int i = 0; i < calls; i++) {
                if (store.tryAcquire(policy, HOT, 1).decision() instanceof Decision.Admitted) {
                    admitted++;
                }
            }
            return admitted;
        }

        long takenAhead() {
            return breaker.counters().takenAhead();
        }

        long givenBack() {
            return breaker.counters().givenBack();
        }
    }

    @BeforeEach
    void start() throws InterruptedException {
        redis = RealRedis.started();
        client = redis.client();
        pass(Duration.ZERO);
        one = new Node(redis);
        other = new Node(redis);
        one.beatUntil(true);
        other.beatUntil(true);
        one.beatUntil(true); // hears of the other one
    }

    @AfterEach
    void stop() {
        one.counts.close();
        other.counts.close();
        client.close();
        redis.close();
    }

    private void pass(Duration time) {
        now += time.toNanos() / 1_000;
        client.set("now", Long.toString(now));
        if (other != null) {
            one.ticker.advance(time.toNanos());
            other.ticker.advance(time.toNanos());
        }
    }

    private Policy policy(String name) {
        return switch (name) {
            case "window" -> window;
            case "bucket" -> bucket;
            default -> both;
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"window", "bucket", "both"})
    void aHotKeyIsTakenAheadAndNeverMoreThanTheLimit(String name) {
        Policy policy = policy(name);
        long capacity = policy.capacity();
        int admitted = 0;
        for (int i = 0; i < 20; i++) {
            admitted += one.admitted(policy, 40) + other.admitted(policy, 40);
        }
        assertThat(admitted).isEqualTo((int) capacity);
        assertThat(one.takenAhead()).isPositive();
        assertThat(other.takenAhead()).isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"window", "bucket", "both"})
    void whatNobodyUsesComesBack(String name) throws InterruptedException {
        Policy policy = policy(name);
        int used = one.admitted(policy, 100);
        long ahead = one.takenAhead();
        assertThat(ahead).isPositive();
        pass(LEASE.plusMillis(1));
        one.beatUntil(true); // gives back
        assertThat(one.givenBack()).isPositive().isLessThan(ahead);
        Thread.sleep(50); // on its way
        long drained = policy.limits().get(0) instanceof Limit.TokenBucket ? 11 : 0;
        int rest = other.admitted(policy, 2_000);
        // What drains of a bucket beside the rest, and a part of what was given back of it.
        assertThat((long) used + rest)
                .isBetween(policy.capacity() - drained, policy.capacity() + drained);
    }

    @Test
    void aNodeThatGoesGivesBackWhatItHas() throws InterruptedException {
        int used = one.admitted(window, 100);
        one.store.close();
        assertThat(one.givenBack()).isPositive();
        assertThat(other.admitted(window, 2_000)).isEqualTo(1_000 - used);
    }

    /** It is lost for a window and a lease, never more. */
    @Test
    void whatANodeHadThatDiesComesFreeWithTime() {
        int used = one.admitted(window, 100);
        long unused = 1_000 - used - other.admitted(window, 2_000);
        assertThat(unused).isPositive();
        pass(MINUTE); // what was taken is kept for a lease longer
        assertThat(other.admitted(window, 2_000)).isZero();
        pass(LEASE);
        assertThat(other.admitted(window, 2_000)).isEqualTo(1_000);
    }

    @Test
    void aResetEndsWhatWasTakenAhead() throws Exception {
        Policy patient =
                Policies.like(window).lease(Duration.ofSeconds(1)).policy(); // outlives the reset
        one.admitted(patient, 300);
        pass(Duration.ofMillis(500));
        assertThat(one.takenAhead()).isPositive();
        other.store.reset(patient, HOT);
        one.beatUntil(true); // reads the mark
        assertThat(one.admitted(patient, 1_500) + other.admitted(patient, 1_500)).isEqualTo(1_000);
    }

    /** What is taken ahead is paid, so it is used while Redis is away, and in its place. */
    @Test
    void theNodeThatHasItUsesItInAnOutage() {
        one.admitted(window, 100);
        redis.kill();
        int alone = one.admitted(window, 2_000);
        assertThat(alone).isEqualTo(900); // what this node has used counts here, too
    }

    /** They keep what was taken for a window, and not for a lease longer. */
    @Test
    void noneIsTakenBesideANodeThatDoesNotKnowLeases() throws InterruptedException {
        String nodes = "weir:shop:nodes";
        client.zadd(
                nodes, client.zrangeWithScores(nodes, 0, 0).iterator().next().getScore(), "older");
        one.beatUntil(true);
        int admitted = one.admitted(window, 100);
        assertThat(admitted).isEqualTo(100);
        assertThat(one.takenAhead()).isZero();
        assertThat(other.admitted(window, 2_000)).isEqualTo(900);
    }
}
