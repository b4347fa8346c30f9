package io.weir.internal.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.DecidedBy;
import io.weir.Decision;
import io.weir.Key;
import io.weir.Limit;
import io.weir.OnOutage;
import io.weir.Policy;
import io.weir.internal.count.Breaker;
import io.weir.internal.count.CountingStore;
import io.weir.internal.count.Outcome;
import io.weir.internal.count.SetTicker;
import io.weir.internal.count.Silent;
import io.weir.testing.Policies;
import io.weir.testing.RealRedis;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import java.time.zone.ZoneRulesProvider;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;

/**
 * Two nodes, whose clocks are hours apart, and a Redis that goes, forgets and comes back. Times are
 * set: the script's and that of each node's calendar. Heartbeats measure how far a node is off the
 * real clock of Redis, as they always do.
 */
class QuotaNodesTest {

    private static final String CLOCK =
            "local now = tonumber(redis.call('GET', 'now') or '1796083200000000')";
    private static final Instant DECEMBER = Instant.parse("2026-12-01T00:00:00Z");
    private static final Key ADA = Key.ofClient("203.0.113.7");
    private static final long N = 5;

    private final Policy month =
            Policies.named("month")
                    .limits(
                            new Limit.CalendarQuota(N, Limit.Period.MONTH, ZoneOffset.UTC),
                            new Limit.TokenBucket(1_000_000, Duration.ofSeconds(1), 1_000))
                    .policy();

    private RealRedis redis;
    private Jedis client;
    private Node one;
    private Node other;

    /** A node whose clock on the wall is wrong. */
    private static final class Node {
        private final SetTicker ticker = SetTicker.anywhere();
        private final Duration wrong;
        private final RedisCounts counts;
        private final CountingStore store;

        Node(RealRedis redis, Duration wrong) {
            this.wrong = wrong;
            counts =
                    new RedisCounts(
                            redis.settings(Duration.ofSeconds(2)),
                            null,
                            () -> "shop",
                            false,
                            () -> Resets.DAY,
                            CLOCK,
                            () -> System.currentTimeMillis() + wrong.toMillis());
            Breaker breaker = new Breaker(ticker, 1, new Silent());
            store =
                    new CountingStore(
                            100, ticker, () -> {}, counts, breaker, Duration.ofSeconds(2));
        }

        void at(Instant time) {
            ticker.setDate(time.plus(wrong).minusSeconds(1));
            ticker.advance(1_000_000_000);
        }

        boolean beat() {
            return store.probe(counts::probe);
        }

        void beatUntil(boolean serves) throws InterruptedException {
            for (int i = 0; beat() != serves; i++) {
                assertThat(i).isLessThan(200);
                Thread.sleep(50);
            }
        }

        int admitted(Policy policy) {
            int admitted = 0;
            while (take(policy).decision() instanceof Decision.Admitted) {
                admitted++;
                assertThat(admitted).isLessThan(1_000);
            }
            return admitted;
        }

        Outcome take(Policy policy) {
            return store.tryAcquire(policy, ADA, 1);
        }
    }

    @BeforeEach
    void start() throws InterruptedException {
        redis = RealRedis.started();
        client = redis.client();
        one = new Node(redis, Duration.ofHours(-7));
        other = new Node(redis, Duration.ofHours(50));
        one.beatUntil(true);
        other.beatUntil(true);
        one.beat(); // hears of the other one
        at(DECEMBER.minusSeconds(60));
    }

    @AfterEach
    void stop() {
        one.counts.close();
        other.counts.close();
        client.close();
        redis.close();
    }

    private void at(Instant time) {
        client.set("now", Long.toString(time.getEpochSecond() * 1_000_000));
        one.at(time);
        other.at(time);
    }

    @Test
    void theyShareOneCountAndOneMidnight() {
        assertThat(one.take(month).decidedBy()).isEqualTo(DecidedBy.REDIS);
        assertThat(other.admitted(month)).isEqualTo((int) N - 1);
        assertThat(one.admitted(month)).isZero();
        at(DECEMBER.minusSeconds(2));
        assertThat(one.admitted(month) + other.admitted(month)).isZero();
        at(DECEMBER.plusSeconds(2)); // nodes know the clock of Redis up to a round trip
        assertThat(other.take(month).decision()).isInstanceOf(Decision.Admitted.class);
        assertThat(one.admitted(month)).isEqualTo((int) N - 1);
        assertThat(other.admitted(month)).isZero();
    }

    @Test
    void whoHasUsedAllByOneNodeIsFreeThereAtTheMidnightOfRedis() {
        assertThat(one.admitted(month)).isEqualTo((int) N);
        Decision.Refused refused = (Decision.Refused) one.take(month).decision();
        assertThat(refused.retryAfter()).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(61));
        at(DECEMBER.minusSeconds(1));
        assertThat(one.admitted(month)).isZero();
        at(DECEMBER.plusSeconds(1));
        assertThat(one.admitted(month)).isEqualTo((int) N);
    }

    @Test
    void oneNodeAdmitsNoMoreWhateverRedisForgets() {
        assertThat(one.admitted(month)).isEqualTo((int) N);
        for (int i = 0; i < 3; i++) {
            client.flushAll();
            at(DECEMBER.minusSeconds(50 - i));
            one.beat();
            assertThat(one.admitted(month)).isZero();
        }
        client.flushAll();
        at(DECEMBER.plusSeconds(2));
        assertThat(one.admitted(month)).isEqualTo((int) N);
    }

    @Test
    void whatRedisHasLostIsThereAgainWithTheNextCallOfTheNodeThatKnowsIt() {
        one.take(month);
        one.take(month);
        client.flushAll();
        at(DECEMBER.minusSeconds(50));
        assertThat(one.take(month).decision()).isInstanceOf(Decision.Admitted.class);
        assertThat(other.admitted(month)).isEqualTo((int) N - 3);
    }

    @Test
    void anOutageIsCountedWhenItIsOver() throws Exception {
        one.take(month);
        redis.freeze();
        try {
            one.beatUntil(false);
            other.beatUntil(false);
            Outcome alone = one.take(month);
            assertThat(alone.decidedBy()).isEqualTo(DecidedBy.LOCAL);
            assertThat(alone.decision()).isInstanceOf(Decision.Admitted.class);
            assertThat(one.admitted(month)).isEqualTo((int) N - 2);
            assertThat(other.take(month).decision()).isInstanceOf(Decision.Admitted.class);
        } finally {
            redis.thaw();
        }
        one.beatUntil(true);
        other.beatUntil(true);
        assertThat(one.admitted(month)).isZero();
        other.take(month); // tells what it has admitted
        String used = client.get("weir:shop:month:{203.0.113.7}:quota-month-Z").split(":")[1];
        assertThat(Long.parseLong(used)).isGreaterThanOrEqualTo(2);
        at(DECEMBER.plusSeconds(2));
        assertThat(one.admitted(month) + other.admitted(month)).isEqualTo((int) N);
    }

    @Test
    void anOutageOverTheEndOfAPeriodTellsNothingOfTheOldOne() throws Exception {
        redis.freeze();
        try {
            one.beatUntil(false);
            assertThat(one.admitted(month)).isEqualTo((int) N);
            one.at(DECEMBER.plusSeconds(2)); // by the clock of Redis, as it was known last
            assertThat(one.take(month).decision()).isInstanceOf(Decision.Admitted.class);
        } finally {
            redis.thaw();
        }
        at(DECEMBER.plusSeconds(3));
        one.beatUntil(true);
        other.beatUntil(true);
        assertThat(one.take(month).decidedBy()).isEqualTo(DecidedBy.REDIS);
        assertThat(other.admitted(month)).isEqualTo((int) N - 2);
    }

    @ParameterizedTest
    @EnumSource
    void eachModeOfAnOutage(OnOutage mode) throws Exception {
        Policy policy = Policies.like(month).onOutage(mode).policy();
        one.take(policy);
        redis.freeze();
        try {
            one.beatUntil(false);
            switch (mode) {
                case LOCAL -> assertThat(one.admitted(policy)).isEqualTo((int) N - 1);
                case LOCAL_SHARE -> assertThat(one.admitted(policy)).isEqualTo((int) N / 2);
                case FAIL_CLOSED ->
                        assertThat(one.take(policy).decision())
                                .isInstanceOf(Decision.Unavailable.class);
                case FAIL_OPEN -> {
                    for (int i = 0; i < 2 * N; i++) {
                        assertThat(one.take(policy).decision())
                                .isInstanceOf(Decision.Admitted.class);
                    }
                }
            }
        } finally {
            redis.thaw();
        }
    }

    @Test
    void aClockThatJumpsBetweenTwoHeartbeatsGivesNothingTwice() {
        assertThat(one.admitted(month)).isEqualTo((int) N);
        one.at(DECEMBER.plus(Duration.ofDays(40)));
        assertThat(one.admitted(month)).isZero(); // Redis says so
        client.flushAll();
        client.set("now", Long.toString(DECEMBER.minusSeconds(40).getEpochSecond() * 1_000_000));
        one.at(DECEMBER.minusSeconds(40));
        one.beat();
        assertThat(one.admitted(month)).isLessThanOrEqualTo((int) N);
    }

    /** A zone by whose rules a test says; as if each node had a JDK of its own. */
    private static final class MovingZone extends ZoneRulesProvider {

        private static final String ID = "Test/Moving";

        private ZoneRules rules = ZoneOffset.UTC.getRules();

        @Override
        protected Set<String> provideZoneIds() {
            return Set.of(ID);
        }

        @Override
        @SuppressWarnings("NullAway") // null for caching: they may change
        protected ZoneRules provideRules(String id, boolean forCaching) {
            return forCaching ? null : rules;
        }

        @Override
        protected NavigableMap<String, ZoneRules> provideVersions(String id) {
            return new TreeMap<>(Map.of("", rules));
        }
    }

    private static final MovingZone ZONE = new MovingZone();

    static {
        ZoneRulesProvider.registerProvider(ZONE);
    }

    private int admitted(Node node, Policy policy, int offset) {
        ZONE.rules = ZoneOffset.ofHours(offset).getRules();
        try {
            return node.admitted(policy);
        } finally {
            ZONE.rules = ZoneOffset.UTC.getRules();
        }
    }

    /** One JDK has learned of a change of time, and the other has not. */
    @ParameterizedTest
    @ValueSource(ints = {-1, -14, 12})
    void nodesWhoseZonesDisagreeGainOnePeriodAndNoMore(int offset) throws Exception {
        ZoneId zone = ZoneId.of(ZONE.provideZoneIds().iterator().next());
        Policy day =
                Policies.named("zones")
                        .limits(new Limit.CalendarQuota(N, Limit.Period.DAY, zone))
                        .policy();
        int perDay = 0;
        for (int hour = -1; hour <= 72; hour++) {
            at(DECEMBER.plus(Duration.ofHours(hour)).plusSeconds(2));
            int admitted = admitted(one, day, 0) + admitted(other, day, offset);
            assertThat(admitted(one, day, 0) + admitted(other, day, offset)).isZero();
            perDay = hour % 24 == 0 ? admitted : perDay + admitted;
            assertThat(perDay).isBetween((int) N, 2 * (int) N);
        }
        Node late = new Node(redis, Duration.ZERO); // it knows nothing but what Redis says
        try {
            late.beatUntil(true);
            late.at(DECEMBER.plus(Duration.ofHours(72)).plusSeconds(2));
            assertThat(admitted(late, day, offset)).isZero();
            late.at(DECEMBER.plus(Duration.ofHours(72)).plusSeconds(4));
            assertThat(admitted(late, day, 0)).isZero();
        } finally {
            late.counts.close();
        }
    }
}
