package io.weir.internal.edge.cdi;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.DecidedBy;
import io.weir.LimiterStatus;
import io.weir.RateLimited;
import io.weir.RateLimiter;
import io.weir.WeirRedis;
import io.weir.internal.app.Deployment;
import io.weir.testing.RealRedis;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;
import redis.clients.jedis.Jedis;

/** The application's own client, and files, seen from a deployment. */
class OwnRedissonTest {

    private static final AtomicReference<@Nullable RealRedis> REDIS = new AtomicReference<>();
    private static final AtomicReference<@Nullable RedissonClient> MADE = new AtomicReference<>();
    private static final AtomicInteger TRIES = new AtomicInteger();
    private static final AtomicInteger DISPOSED = new AtomicInteger();

    @Dependent
    static class Limited {
        @RateLimited(name = "mine", value = "3/hour")
        public void call() {}
    }

    private static RedissonClient make() {
        RealRedis redis = REDIS.get();
        if (redis == null) {
            throw new IllegalStateException("no test runs");
        }
        if (TRIES.getAndIncrement() == 0) {
            throw new IllegalStateException("Redis was not there when it was made");
        }
        assertThat(Thread.currentThread().getContextClassLoader()).isNotNull();
        Config config = new Config();
        config.setCodec(StringCodec.INSTANCE);
        config.useSingleServer().setAddress(redis.url());
        RedissonClient client = Redisson.create(config);
        MADE.set(client);
        return client;
    }

    @Dependent
    static class OfTheApplication {
        @Produces
        @ApplicationScoped
        @WeirRedis
        RedissonClient client() {
            return make();
        }

        void end(@Disposes @WeirRedis RedissonClient client) {
            DISPOSED.incrementAndGet();
            client.shutdown();
        }
    }

    @Dependent
    static class OfWhoeverInjects {
        @Produces
        @WeirRedis
        RedissonClient client() {
            return make();
        }

        void end(@Disposes @WeirRedis RedissonClient client) {
            DISPOSED.incrementAndGet();
            client.shutdown();
        }
    }

    private static final AtomicReference<CountDownLatch> HANGS =
            new AtomicReference<>(new CountDownLatch(0));
    private static final AtomicReference<@Nullable Thread> HANGING = new AtomicReference<>();

    /** Hangs whatever interrupts it, and makes a client after all. */
    private static RedissonClient makeLate() {
        HANGING.set(Thread.currentThread());
        CountDownLatch hangs = Objects.requireNonNull(HANGS.get());
        while (hangs.getCount() > 0) {
            try {
                hangs.await();
            } catch (InterruptedException e) {
                // Hangs on.
            }
        }
        return make();
    }

    @Dependent
    static class HangingOfTheApplication {
        @Produces
        @ApplicationScoped
        @WeirRedis
        RedissonClient client() {
            return makeLate();
        }

        void end(@Disposes @WeirRedis RedissonClient client) {
            DISPOSED.incrementAndGet();
            client.shutdown();
        }
    }

    @Dependent
    static class HangingOfWhoeverInjects {
        @Produces
        @WeirRedis
        RedissonClient client() {
            return makeLate();
        }

        void end(@Disposes @WeirRedis RedissonClient client) {
            DISPOSED.incrementAndGet();
            client.shutdown();
        }
    }

    @Dependent
    static class NoClient {
        @Produces
        @WeirRedis
        Config config() {
            return new Config();
        }
    }

    private static void counts(Class<?> producer) throws Exception {
        TRIES.set(0);
        DISPOSED.set(0);
        try (RealRedis redis = RealRedis.started()) {
            REDIS.set(redis);
            try (Deployed app =
                    Deployed.with(
                            Map.of(
                                    "weir.redis.url", "redis://127.0.0.1:1",
                                    "weir.redis.deadline", "5s"),
                            Limited.class,
                            producer)) {
                app.get(Deployment.class).start("/shop", Set.of(), Map.of());
                LimiterStatus status = app.get(LimiterStatus.class);
                long until = System.nanoTime() + SECONDS.toNanos(20);
                while (status.store() != DecidedBy.REDIS) {
                    assertThat(System.nanoTime()).as("never connected").isLessThan(until);
                    Thread.sleep(20);
                }
                app.get(RateLimiter.class).tryAcquire("mine");
                try (Jedis client = redis.client()) {
                    assertThat(client.keys("weir:shop:mine:*")).isNotEmpty();
                }
                assertThat(DISPOSED).hasValue(0);
            }
            assertThat(DISPOSED).hasValue(1);
            assertThat(MADE.get()).satisfies(client -> assertThat(client.isShutdown()).isTrue());
        }
    }

    @Test
    void aClientOfTheApplicationCounts() throws Exception {
        counts(OfTheApplication.class);
    }

    @Test
    void aDependentClientIsGivenBackToItsDisposer() throws Exception {
        counts(OfWhoeverInjects.class);
    }

    /** The heartbeat waits for it, as it has nothing else to do; nobody else does. */
    @ParameterizedTest
    @ValueSource(classes = {HangingOfTheApplication.class, HangingOfWhoeverInjects.class})
    void aProducerThatHangsStopsNeitherSweepsNorTheUndeployment(Class<?> producer)
            throws Exception {
        TRIES.set(1);
        DISPOSED.set(0);
        MADE.set(null);
        HANGING.set(null);
        CountDownLatch hangs = new CountDownLatch(1);
        HANGS.set(hangs);
        try (RealRedis redis = RealRedis.started()) {
            REDIS.set(redis);
            Thread hanging;
            long closing;
            try (Deployed app = Deployed.with(Limited.class, producer)) {
                app.get(Deployment.class).start("/shop", Set.of(), Map.of());
                hanging = Objects.requireNonNull(HANGING.get());
                assertThat(hanging.getName()).isEqualTo("weir-heartbeat");
                app.get(Limited.class).call();
                closing = System.nanoTime();
            }
            assertThat(Duration.ofNanos(System.nanoTime() - closing))
                    .isLessThan(Duration.ofSeconds(12));
            hangs.countDown();
            hanging.join(20_000);
            assertThat(hanging.isAlive()).isFalse();
        } finally {
            hangs.countDown();
            RedissonClient made = MADE.get();
            if (made != null) {
                made.shutdown();
            }
        }
    }

    @Test
    void oneThatCannotBeUsedStopsTheDeployment() {
        assertThatThrownBy(() -> Deployed.with(Limited.class, NoClient.class))
                .hasMessageContaining("WEIR-029")
                .hasMessageContaining("@WeirRedis");
        assertThatThrownBy(
                        () ->
                                Deployed.with(
                                        Limited.class,
                                        OfTheApplication.class,
                                        OfWhoeverInjects.class))
                .hasMessageContaining("WEIR-029")
                .hasMessageContaining("2 beans");
    }

    @Test
    void aFileThatRedissonDoesNotUnderstandStopsTheDeployment(@TempDir Path directory)
            throws Exception {
        Path file = directory.resolve("redisson.yaml");
        Files.writeString(file, "singleServerConfig: {adress: x}");
        assertThatThrownBy(
                        () ->
                                Deployed.with(
                                        Map.of("weir.redis.config", file.toString()),
                                        Limited.class))
                .hasMessageContaining("WEIR-028")
                .hasMessageContaining("weir.redis.config")
                .hasMessageContaining(file.toString())
                .hasMessageContaining("adress");
    }
}
