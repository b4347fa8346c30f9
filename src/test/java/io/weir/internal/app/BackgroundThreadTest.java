package io.weir.internal.app;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.internal.count.Ticker;
import io.weir.internal.policy.ConfigSource;
import io.weir.internal.policy.PolicyRegistry;
import io.weir.internal.policy.Problems;
import io.weir.internal.policy.Settings;
import io.weir.testing.RealRedis;
import java.time.Duration;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Tuple;

/** The library's threads end when they are told to, and do not wait for each other. */
class BackgroundThreadTest {

    private static boolean runs(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals(name));
    }

    /** An executor calls itself terminated while its thread still runs. */
    @Test
    void whoEndsAThreadWaitsUntilItHasEnded() throws Exception {
        for (int i = 0; i < 2_000; i++) {
            BackgroundThread housekeeping = new BackgroundThread("weir-test-" + i);
            AtomicReference<@Nullable Thread> thread = new AtomicReference<>();
            CountDownLatch begun = new CountDownLatch(1);
            housekeeping.soon(
                    () -> {
                        thread.set(Thread.currentThread());
                        begun.countDown();
                    });
            begun.await();
            housekeeping.close();
            assertThat(Objects.requireNonNull(thread.get()).isAlive()).as("the %dth", i).isFalse();
        }
    }

    @Test
    void aSweepThatHangsDoesNotStopHeartbeats() throws Exception {
        CountDownLatch hangs = new CountDownLatch(1);
        BackgroundThread housekeeping = new BackgroundThread("weir-hanging");
        Problems problems = new Problems();
        try (RealRedis redis = RealRedis.started();
                Jedis client = redis.client()) {
            Properties properties = new Properties();
            properties.setProperty("weir.redis.url", redis.url());
            properties.setProperty("weir.redis.deadline", "5s");
            Settings settings =
                    Settings.read(ConfigSource.ofProperties("test", properties), problems);
            Ticker clock = System::nanoTime;
            housekeeping.soon(() -> hang(hangs));
            try (RedisSetup shared =
                    new RedisSetup(
                            settings,
                            settings.redis().orElseThrow(),
                            null,
                            null,
                            clock,
                            () -> {},
                            () -> Duration.ZERO,
                            new PolicyOverrides(new PolicyRegistry(settings), clock, () -> {}),
                            () -> {})) {
                shared.start("shop");
                double first = beat(client, 0);
                assertThat(beat(client, first)).isGreaterThan(first);
                assertThat(runs("weir-heartbeat")).isTrue();
            }
            assertThat(runs("weir-heartbeat")).isFalse();
        } finally {
            hangs.countDown();
            housekeeping.close();
        }
    }

    /** When a node was last there, once that is later. */
    private static double beat(Jedis client, double before) throws InterruptedException {
        long until = System.nanoTime() + SECONDS.toNanos(20);
        while (true) {
            double last =
                    client.zrangeWithScores("weir:shop:nodes", 0, -1).stream()
                            .mapToDouble(Tuple::getScore)
                            .max()
                            .orElse(0);
            if (last > before) {
                return last;
            }
            assertThat(System.nanoTime()).as("no heartbeat").isLessThan(until);
            Thread.sleep(20);
        }
    }

    /** Not even to be interrupted. */
    private static void hang(CountDownLatch latch) {
        boolean over = false;
        while (!over) {
            try {
                latch.await();
                over = true;
            } catch (InterruptedException e) {
                // Hangs on.
            }
        }
    }
}
