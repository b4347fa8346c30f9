package io.weir.guide;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.LimitState;
import io.weir.RateLimiter;
import io.weir.internal.edge.cdi.Deployed;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the texts of limits mean. */
class LimitsTest {

    @Test
    void windowsAndBursts() {
        try (Deployed app = Deployed.with(Snippets.settings("limits"))) {
            RateLimiter limiter = app.get(RateLimiter.class);
            assertThat(limits(limiter, "news")).containsExactly("100 in PT1M");
            assertThat(limits(limiter, "login")).containsExactly("5 in PT15M");
            assertThat(limits(limiter, "export")).containsExactly("1 in PT24H");
            assertThat(limits(limiter, "poll")).containsExactly("1 in PT0.5S");
            assertThat(limits(limiter, "reindex")).containsExactly("20 in PT1M30S");
            assertThat(limits(limiter, "api")).containsExactly("10 in PT1S", "1000 in PT1H");
            assertThat(limits(limiter, "images"))
                    .as("a full bucket, and how long it takes to fill it")
                    .containsExactly("20 in PT12S");
            assertThat(limits(limiter, "basket")).containsExactly("50 in PT5S", "5000 in PT24H");
        }
    }

    private static List<String> limits(RateLimiter limiter, String policy) {
        Stream<LimitState> states = limiter.peek(policy).stream();
        return states.map(s -> s.permits() + " in " + s.window()).toList();
    }

    @Test
    void aBucketIsRefilledOneByOne() {
        try (Deployed app = Deployed.with(Snippets.settings("limits"))) {
            RateLimiter limiter = app.get(RateLimiter.class);
            limiter.tryAcquire("images");
            assertThat(limiter.peek("images").get(0).untilNext())
                    .isLessThanOrEqualTo(Duration.ofMillis(600));
            limiter.tryAcquire("export");
            assertThat(limiter.peek("export").get(0).untilNext())
                    .isGreaterThan(Duration.ofHours(23));
        }
    }
}
