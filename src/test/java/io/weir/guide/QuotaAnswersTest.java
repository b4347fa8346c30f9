package io.weir.guide;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a client is told of a calendar quota, by the clock of the machine. */
class QuotaAnswersTest {

    @Test
    void theAnswerSaysWhenTheNextPeriodBegins(@TempDir Path directory) throws Exception {
        Map<String, String> settings =
                Map.of(
                        "weir.policy.geocode.path", "/geocode",
                        "weir.policy.geocode.limit", "2/day in UTC");
        LocalDate day = LocalDate.now(ZoneOffset.UTC);
        try (Served app = Served.with(directory, settings)) {
            assertThat(app.admitted("/geocode")).isEqualTo(2);
            HttpResponse<String> refused = app.get("/geocode");
            if (!LocalDate.now(ZoneOffset.UTC).equals(day)) {
                return; // at midnight nobody can tell which of the two days it was
            }
            LocalDateTime midnight = day.plusDays(1).atStartOfDay();
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
