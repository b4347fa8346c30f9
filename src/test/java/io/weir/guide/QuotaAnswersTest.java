package io.weir.guide;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a client is told of a calendar quota, by the clock of the machine. */
class QuotaAnswersTest {

    /** A day is not a test's to wait for: near its end the next one is meant. */
    private static LocalDateTime now() throws InterruptedException {
        if (LocalTime.now(ZoneOffset.UTC).isAfter(LocalTime.of(23, 59))) {
            Thread.sleep(61_000);
        }
        return LocalDateTime.now(ZoneOffset.UTC);
    }

    @Test
    void theAnswerSaysWhenTheNextPeriodBegins(@TempDir Path directory) throws Exception {
        Map<String, String> settings =
                Map.of(
                        "weir.policy.geocode.path", "/geocode",
                        "weir.policy.geocode.limit", "2/day in UTC");
        try (Served app = Served.with(directory, settings)) {
            LocalDateTime now = now();
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
