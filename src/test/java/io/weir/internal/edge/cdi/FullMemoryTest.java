package io.weir.internal.edge.cdi;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.Decision;
import io.weir.Key;
import io.weir.RateLimiter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.Test;

/** What an application sees of weir.local.max-keys. */
class FullMemoryTest {

    @Test
    void oneWarningSaysThatItIsFull() {
        List<String> lines = new CopyOnWriteArrayList<>();
        Logger logger = Logger.getLogger("io.weir");
        Handler handler =
                new Handler() {
                    @Override
                    public void publish(LogRecord entry) {
                        String line =
                                entry.getLevel() + " " + new SimpleFormatter().formatMessage(entry);
                        if (line.contains("max-keys")) {
                            lines.add(line);
                        }
                    }

                    @Override
                    public void flush() {}

                    @Override
                    public void close() {}
                };
        logger.addHandler(handler);
        try (Deployed app =
                Deployed.with(
                        Map.of(
                                "weir.policies", "p",
                                "weir.policy.p.limit", "1/hour",
                                "weir.local.max-keys", "20"))) {
            RateLimiter limiter = app.get(RateLimiter.class);
            for (int i = 0; i < 20; i++) {
                assertThat(admits(limiter, "early " + i)).isTrue();
            }
            assertThat(lines).isEmpty();
            int admitted = 0;
            for (int i = 0; i < 5_000; i++) {
                admitted += admits(limiter, "late " + i) ? 1 : 0;
            }
            assertThat(admitted).isBetween(900, 1_024);
            for (int i = 0; i < 20; i++) {
                assertThat(admits(limiter, "early " + i)).isFalse();
            }
            assertThat(lines)
                    .containsExactly(
                            "WARNING All of weir.local.max-keys=20 keys are in use: newcomers share"
                                    + " 1,024 entries until there is room");
        } finally {
            logger.removeHandler(handler);
        }
    }

    private static boolean admits(RateLimiter limiter, String client) {
        return limiter.tryAcquire("p", Key.ofClient(client), 1) instanceof Decision.Admitted;
    }
}
