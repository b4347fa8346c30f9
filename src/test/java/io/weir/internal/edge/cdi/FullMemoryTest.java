package io.weir.internal.edge.cdi;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.Decision;
import io.weir.Key;
import io.weir.RateLimiter;
import io.weir.testing.LogLines;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What an application sees of weir.local.max-keys. */
class FullMemoryTest {

    @Test
    void oneWarningSaysThatItIsFull() {
        try (LogLines log = new LogLines("io.weir");
                Deployed app =
                        Deployed.with(
                                Map.of(
                                        "weir.policies", "p",
                                        "weir.policy.p.limit", "1/hour",
                                        "weir.local.max-keys", "20"))) {
            RateLimiter limiter = app.get(RateLimiter.class);
            for (int i = 0; i < 20; i++) {
                assertThat(admits(limiter, "early " + i)).isTrue();
            }
            assertThat(log.with("max-keys")).isEmpty();
            int admitted = 0;
            for (int i = 0; i < 5_000; i++) {
                admitted += admits(limiter, "late " + i) ? 1 : 0;
            }
            assertThat(admitted).isBetween(900, 1_024);
            for (int i = 0; i < 20; i++) {
                assertThat(admits(limiter, "early " + i)).isFalse();
            }
            assertThat(log.with("max-keys"))
                    .containsExactly(
                            "WARNING All of weir.local.max-keys=20 keys are in use: newcomers share"
                                    + " 1,024 entries until there is room");
        }
    }

    private static boolean admits(RateLimiter limiter, String client) {
        return limiter.tryAcquire("p", Key.ofClient(client), 1) instanceof Decision.Admitted;
    }
}
