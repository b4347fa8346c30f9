package io.weir.guide;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.Decision;
import io.weir.LimitState;
import io.weir.RateLimited;
import io.weir.RateLimiter;
import io.weir.internal.edge.cdi.Deployed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits for each day, week or month of a calendar. */
class QuotasTest {

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

    /** A day is not a test's to wait for: near its end the next one is meant. */
    private static LocalDateTime now(ZoneId zone) throws InterruptedException {
        LocalDateTime now = LocalDateTime.now(zone);
        if (now.toLocalTime().isAfter(java.time.LocalTime.of(23, 59))) {
            Thread.sleep(61_000);
            return LocalDateTime.now(zone);
        }
        return now;
    }

    @Test
    void eachPeriodIsAsLongAsItIs() throws Exception {
        try (Deployed app = Deployed.with(Snippets.settings("quotas"), Shop.Quota.class)) {
            RateLimiter limiter = app.get(RateLimiter.class);
            LocalDate today = now(ZoneOffset.UTC).toLocalDate();
            assertThat(app.get(Shop.Quota.class).left()).isEqualTo("50000 of 50000 are left");
            assertThat(limiter.tryAcquire("geocode")).isInstanceOf(Decision.Admitted.class);
            assertThat(app.get(Shop.Quota.class).left()).isEqualTo("49999 of 50000 are left");
            LimitState month = limiter.peek("geocode").get(1);
            assertThat(month.name()).isEqualTo("geocode-month");
            assertThat(month.window()).isEqualTo(Duration.ofDays(today.lengthOfMonth()));
            limiter.tryAcquire("digest");
            LimitState week = limiter.peek("digest").get(0);
            assertThat(week.window()).isEqualTo(Duration.ofDays(7));
            LocalDate monday = today.plusDays(8 - today.getDayOfWeek().getValue());
            Duration left =
                    Duration.between(LocalDateTime.now(ZoneOffset.UTC), monday.atStartOfDay());
            assertThat(week.untilNext()).isBetween(left, left.plusSeconds(5));
            assertThat(limiter.peek("letters").get(0).window())
                    .isBetween(Duration.ofHours(23), Duration.ofHours(25));
        }
    }

    @Test
    void anAnnotationHasOneToo() {
        try (Deployed app = Deployed.with(Map.of(), Shop.Translations.class)) {
            assertThat(app.get(Shop.Translations.class).translate("tea")).isEqualTo("TEA");
        }
    }

    @Test
    void theAnswerSaysWhenTheNextPeriodBegins(@TempDir Path directory) throws Exception {
        Map<String, String> settings =
                Map.of(
                        "weir.policy.geocode.path", "/geocode",
                        "weir.policy.geocode.limit", "2/day in UTC");
        try (Served app = Served.with(directory, settings)) {
            LocalDateTime now = now(ZoneOffset.UTC);
            assertThat(app.admitted("/geocode")).isEqualTo(2);
            HttpResponse<String> refused = app.get("/geocode");
            LocalDateTime midnight = now.toLocalDate().plusDays(1).atStartOfDay();
            long left = Duration.between(LocalDateTime.now(ZoneOffset.UTC), midnight).toSeconds();
            String retryAfter = refused.headers().firstValue("Retry-After").orElseThrow();
            assertThat(Long.parseLong(retryAfter)).isBetween(left, left + 3);
            assertThat(refused.headers().allValues("RateLimit-Policy"))
                    .isEqualTo(List.of("\"geocode\";q=2;w=86400"));
            assertThat(refused.headers().allValues("RateLimit"))
                    .isEqualTo(List.of("\"geocode\";r=0;t=" + retryAfter));
        }
    }
}
