package io.weir.testing;

import static io.weir.testing.WeirAssertions.assertThat;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.DecidedBy;
import io.weir.LimiterStatus;
import io.weir.RateLimited;
import io.weir.RateLimiter;
import io.weir.Reservation;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.jboss.weld.environment.se.Weld;
import org.jboss.weld.junit5.EnableWeld;
import org.jboss.weld.junit5.WeldInitiator;
import org.jboss.weld.junit5.WeldSetup;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** The same tests with a real Redis. */
@WeirTest(redis = true)
@EnableWeld
class OnRedisTest {

    @WeldSetup WeldInitiator weld = WeldInitiator.of(new Weld().addBeanClass(Search.class));

    @ApplicationScoped
    static class Search {
        @RateLimited(name = "search", value = "100/min")
        public void search() {}
    }

    @Test
    void aFailOver(LimitsUnderTest limits, LimiterStatus status) {
        assertThat(limits.of("search")).admits(99);
        assertThat(status.store()).isEqualTo(DecidedBy.REDIS);
        limits.outage();
        assertThat(limits.of("search")).admits(1).thenRefuses();
        limits.recovery();
        assertThat(limits.of("search")).refuses().forExactly(ofMinutes(1));
        assertThat(status.store()).isEqualTo(DecidedBy.REDIS);
    }

    @Test
    void eachBeginsWithNothing(LimitsUnderTest limits) {
        assertThat(limits.of("search")).admits(100).thenRefuses();
    }

    @Test
    void soDoesTheOther(LimitsUnderTest limits) {
        assertThat(limits.of("search")).admits(100).thenRefuses();
    }

    @Test
    void failClosed(LimitsUnderTest limits) {
        assertThat(limits.of("closed")).admits(1);
        limits.outage();
        assertThat(limits.of("closed")).isUnavailable();
        limits.recovery();
        assertThat(limits.of("closed")).admits(1).thenRefuses().forExactly(ofMinutes(1));
    }

    @Test
    void whatIsInRedisIsOfThisTest(LimitsUnderTest limits, TestRedis redis, WeirClock clock) {
        assertThat(limits.of("search")).admits(1);
        String key = "weir:" + OnRedisTest.class.getName() + ":search:{192.0.2.1}:rrl-60s";
        try (Jedis client = new Jedis("127.0.0.1", redis.port())) {
            long before = client.pttl(key);
            clock.advance(ofSeconds(50));
            assertThat(client.pttl(key)).isBetween(before - 55_000, before - 50_000);
            clock.advance(ofSeconds(20));
            assertThat(client.exists(key)).isFalse();
        }
    }

    /** What a reservation gives back is found where it has moved. */
    @Test
    void aReservationThatIsOpenMeanwhile(
            RateLimiter limiter, LimitsUnderTest limits, WeirClock clock, TestRedis redis) {
        for (String policy : new String[] {"settled_log", "settled_bucket"}) {
            Reservation reservation = limiter.reserve(policy, 50);
            assertThat(limits.of(policy)).admits(10);
            clock.advance(ofSeconds(30));
            reservation.settle(20);
            long left = policy.equals("settled_log") ? 100 - 30 : 100 - 30 + 15;
            assertThat(limiter.peek(policy).get(0).remaining()).as(policy).isEqualTo(left);
        }
    }

    @Test
    void aQuotaEndsWithItsPeriod(LimitsUnderTest limits, WeirClock clock, TestRedis redis) {
        assertThat(limits.of("daily")).admits(2).thenRefuses();
        try (Jedis client = new Jedis("127.0.0.1", redis.port())) {
            String key = "weir:" + OnRedisTest.class.getName() + ":daily:{192.0.2.1}:quota-day-UTC";
            assertThat(client.exists(key)).isTrue();
            clock.advance(Duration.ofDays(1));
            assertThat(client.exists(key)).isFalse();
        }
        assertThat(limits.of("daily")).admits(2).thenRefuses();
    }
}
