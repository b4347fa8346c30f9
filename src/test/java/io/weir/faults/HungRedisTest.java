package io.weir.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.ClientIdentity;
import io.weir.CostResolver;
import io.weir.DecidedBy;
import io.weir.Decision;
import io.weir.DecisionListener;
import io.weir.Edge;
import io.weir.LimiterStatus;
import io.weir.Policy;
import io.weir.guide.Served;
import io.weir.testing.RealRedis;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long the first request waits for a Redis that has just hung: the deadline once, however many
 * policies it passes and whatever it has to give back.
 */
class HungRedisTest {

    /** Long enough that what the machine adds to it does not matter. */
    private static final Duration DEADLINE = Duration.ofMillis(200);

    private static final Duration A_LITTLE = Duration.ofMillis(150);
    private static final int ROUNDS = 5;

    /** A bucket and several limits that count only failures, and a window by RRateLimiter. */
    private static final Map<String, String> POLICIES =
            Map.ofEntries(
                    Map.entry("weir.policies", "guesses, several, window"),
                    Map.entry("weir.policy.guesses.path", "/*"),
                    Map.entry("weir.policy.guesses.limit", "6000/min burst 1000"),
                    Map.entry("weir.policy.guesses.count-when", "failure"),
                    Map.entry("weir.policy.several.path", "/*"),
                    Map.entry("weir.policy.several.limit", "1000/s, 100000/h"),
                    Map.entry("weir.policy.several.count-when", "failure"),
                    Map.entry("weir.policy.window.path", "/*"),
                    Map.entry("weir.policy.window.limit", "10000/min"),
                    Map.entry("weir.policy.window.cost", "bean:between"));

    /** Runs something once, after the first two policies have decided and before the third does. */
    @Named("between")
    @Singleton
    static class Between implements CostResolver {

        private final AtomicReference<Runnable> next = new AtomicReference<>(() -> {});

        @Override
        public long cost(ClientIdentity client) {
            next.getAndSet(() -> {}).run();
            return 1;
        }
    }

    /** Which store decided last. */
    @Singleton
    static class Watch implements DecisionListener {

        private final Map<String, DecidedBy> last = new ConcurrentHashMap<>();

        @Override
        public void decided(
                Policy policy, Edge edge, DecidedBy decidedBy, Decision decision, long nanos) {
            last.put(policy.name(), decidedBy);
        }
    }

    private interface Request {
        /** Sends the request that meets the hang; the time from one to the other, or the answer. */
        Duration meet(RealRedis redis, Served app) throws Exception;
    }

    private static Duration median(String what, Path directory, Request request) throws Exception {
        try (RealRedis redis = RealRedis.started()) {
            Map<String, String> settings = new ConcurrentHashMap<>(POLICIES);
            settings.put("weir.redis.url", redis.url());
            settings.put("weir.redis.deadline", DEADLINE.toMillis() + "ms");
            List<Duration> took = new ArrayList<>();
            try (Served app = Served.with(directory, settings, Between.class, Watch.class)) {
                for (int round = 0; round < ROUNDS; round++) {
                    Wait.until("Redis decides", () -> redisDecides(app));
                    try {
                        took.add(request.meet(redis, app));
                    } finally {
                        redis.thaw();
                    }
                }
            }
            System.out.println(what + ": " + took.stream().map(Duration::toMillis).toList());
            Collections.sort(took);
            return took.get(ROUNDS / 2);
        }
    }

    private static boolean redisDecides(Served app) throws Exception {
        Watch watch = app.get(Watch.class);
        watch.last.clear();
        assertThat(app.get("/").statusCode()).isEqualTo(200);
        return app.get(LimiterStatus.class).store() == DecidedBy.REDIS
                && watch.last.size() == 3
                && watch.last.values().stream().allMatch(by -> by == DecidedBy.REDIS);
    }

    @Test
    void threePoliciesWaitForOneDeadline(@TempDir Path directory) throws Exception {
        Duration median =
                median(
                        "hung before the request, ms",
                        directory,
                        (redis, app) -> {
                            redis.freeze();
                            long start = System.nanoTime();
                            assertThat(app.get("/").statusCode()).isEqualTo(200);
                            return Duration.ofNanos(System.nanoTime() - start);
                        });
        assertThat(median).isLessThan(DEADLINE.plus(A_LITTLE));
    }

    /** Two policies have decided in Redis and have something to give back there. */
    @Test
    void whatIsGivenBackWaitsForNoOther(@TempDir Path directory) throws Exception {
        Duration median =
                median(
                        "hung during the request, ms",
                        directory,
                        (redis, app) -> {
                            AtomicLong start = new AtomicLong();
                            app.get(Between.class)
                                    .next
                                    .set(
                                            () -> {
                                                redis.freeze();
                                                start.set(System.nanoTime());
                                            });
                            assertThat(app.get("/").statusCode()).isEqualTo(200);
                            long end = System.nanoTime();
                            Map<String, DecidedBy> by = app.get(Watch.class).last;
                            assertThat(by)
                                    .containsEntry("guesses", DecidedBy.REDIS)
                                    .containsEntry("several", DecidedBy.REDIS)
                                    .containsEntry("window", DecidedBy.LOCAL);
                            return Duration.ofNanos(end - start.get());
                        });
        assertThat(median).isLessThan(DEADLINE.plus(A_LITTLE));
    }
}
