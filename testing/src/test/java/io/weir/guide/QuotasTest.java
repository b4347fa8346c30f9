package io.weir.guide;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.Decision;
import io.weir.LimitState;
import io.weir.RateLimited;
import io.weir.RateLimiter;
import io.weir.testing.WeirClock;
import io.weir.testing.WeirTest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Locale;
import org.jboss.weld.environment.se.Weld;
import org.jboss.weld.junit5.EnableWeld;
import org.jboss.weld.junit5.WeldInitiator;
import org.jboss.weld.junit5.WeldSetup;
import org.junit.jupiter.api.Test;

/** Limits for each day, week or month of a calendar. */
@WeirTest
@EnableWeld
class QuotasTest {

    @WeldSetup
    WeldInitiator weld =
            WeldInitiator.of(new Weld().addBeanClasses(Shop.Translations.class, Shop.Quota.class));

    /** What the page shows. */
    static class Shop {

        @ApplicationScoped
        static class Translations {

            // guide: a quota
            @RateLimited(value = "10/s, 50000/month in UTC", key = "principal")
            public String translate(String text) {
                return text.toUpperCase(Locale.ROOT);
            }
            // end
        }

        @ApplicationScoped
        static class Quota {
            // guide: what is left of a month
            @Inject RateLimiter limiter;

            public String left() {
                LimitState month = limiter.peek("geocode").get(1);
                return month.remaining() + " of " + month.permits() + " are left";
            }
            // end
        }
    }

    @Test
    void aMonthEndsAtItsEnd(Shop.Quota quota, RateLimiter limiter, WeirClock clock) {
        assertThat(quota.left()).isEqualTo("50000 of 50000 are left");
        assertThat(limiter.tryAcquire("geocode")).isInstanceOf(Decision.Admitted.class);
        assertThat(quota.left()).isEqualTo("49999 of 50000 are left");
        LimitState month = limiter.peek("geocode").get(1);
        assertThat(month.name()).isEqualTo("geocode-month");
        assertThat(month.window()).isBetween(Duration.ofDays(28), Duration.ofDays(31));
        clock.advance(month.untilNext().minusNanos(1));
        assertThat(quota.left()).isEqualTo("49999 of 50000 are left");
        clock.advance(Duration.ofNanos(1));
        assertThat(quota.left()).isEqualTo("50000 of 50000 are left");
    }

    @Test
    void soDoWeeksAndDays(RateLimiter limiter, WeirClock clock) {
        for (String policy : new String[] {"digest", "letters"}) {
            limiter.tryAcquire(policy);
            LimitState used = limiter.peek(policy).get(0);
            assertThat(used.remaining()).isEqualTo(used.permits() - 1);
            assertThat(used.untilNext()).isBetween(Duration.ZERO, used.window());
            clock.advance(used.untilNext());
            assertThat(limiter.peek(policy).get(0).remaining()).isEqualTo(used.permits());
        }
        assertThat(limiter.peek("digest").get(0).window()).isEqualTo(Duration.ofDays(7));
        assertThat(limiter.peek("letters").get(0).window())
                .isBetween(Duration.ofHours(23), Duration.ofHours(25));
    }

    @Test
    void anAnnotationHasOneToo(Shop.Translations translations) {
        assertThat(translations.translate("tea")).isEqualTo("TEA");
    }
}
