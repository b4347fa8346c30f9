package io.weir.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.DecidedBy;
import io.weir.LimiterStatus;
import io.weir.RateLimiter;
import io.weir.WeirRedis;
import io.weir.internal.app.Deployment;
import io.weir.internal.edge.cdi.Deployed;
import io.weir.testing.LossyProxy;
import io.weir.testing.RealRedis;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;

/**
 * A Redis of which a good part of the answers is late costs those calls their deadline, for as long
 * as it is asked. It is given up, and that is said.
 */
class SometimesSlowRedisTest {

    private static final Duration DEADLINE = Duration.ofMillis(100);
    private static final Duration LATE = DEADLINE.multipliedBy(3);
    private static final double SHARE = 0.3;
    private static final Duration WARM_UP = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(6);

    /** What the machine may add to a deadline, beside the times in which nothing ran at all. */
    private static final Duration A_LITTLE = Duration.ofMillis(150);

    /**
     * With enough connections that no answer waits behind a late one: the calls that are answered
     * never cease, and nothing but failures there is never.
     */
    @Dependent
    static class ManyConnections {

        private static final int CONNECTIONS = 96;
        private static final AtomicReference<String> URL = new AtomicReference<>("");

        @Produces
        @ApplicationScoped
        @WeirRedis
        RedissonClient client() {
            Config config = new Config();
            config.setCodec(StringCodec.INSTANCE);
            config.useSingleServer()
                    .setAddress(URL.get())
                    .setConnectionPoolSize(CONNECTIONS)
                    .setConnectionMinimumIdleSize(CONNECTIONS);
            return Redisson.create(config);
        }

        void end(@Disposes @WeirRedis RedissonClient client) {
            client.shutdown();
        }
    }

    @Test
    void isGivenUpWithFewConnections() throws Exception {
        isGivenUp("few connections");
    }

    @Test
    void isGivenUpWithManyConnections() throws Exception {
        isGivenUp("many connections", ManyConnections.class);
    }

    private static void isGivenUp(String what, Class<?>... producer) throws Exception {
        try (RealRedis redis = RealRedis.started();
                LossyProxy proxy = LossyProxy.to(redis.port());
                StateLog log = new StateLog();
                Deployed app = deployed(proxy, producer);
                Traffic traffic =
                        new Traffic(
                                app.get(RateLimiter.class),
                                app.get(Traffic.Watch.class),
                                key -> true)) {
            Thread.sleep(WARM_UP.toMillis());
            Wait.until("connected", () -> redisDecides(app));
            long lostBefore = log.lost();
            long connectedBefore = log.connected();

            long from = System.nanoTime();
            proxy.delay(LATE, SHARE);
            while (log.lost() == lostBefore && System.nanoTime() - from < PATIENCE.toNanos()) {
                Thread.sleep(10);
            }
            boolean given = log.lost() > lostBefore;
            long to = System.nanoTime();
            List<Traffic.Call> calls =
                    traffic.end().stream().filter(c -> c.start() >= from && c.end() <= to).toList();

            List<Traffic.Call> late =
                    calls.stream()
                            .filter(c -> c.end() - c.start() >= DEADLINE.toNanos() * 9 / 10)
                            .toList();
            Duration net = Measured.net(calls, from, traffic.stalls());
            System.out.printf(
                    "%s, %d %% of the answers %d ms late: %s after %d ms; %d calls, %d of them waited"
                            + " for a deadline, the longest %d ms, without stalls %d ms%n",
                    what,
                    Math.round(100 * SHARE),
                    LATE.toMillis(),
                    given ? "given up" : "not given up",
                    (to - from) / 1_000_000,
                    calls.size(),
                    late.size(),
                    Measured.longest(calls, from).toMillis(),
                    net.toMillis());
            assertThat(traffic.thrown()).isEmpty();
            assertThat(late).as("the fault was felt").isNotEmpty();
            assertThat(given).as("%s", log.lines()).isTrue();
            assertThat(log.lost() - lostBefore)
                    .as("said once for each time")
                    .isLessThanOrEqualTo(log.connected() - connectedBefore + 1);
            assertThat(net).isLessThan(DEADLINE.plus(A_LITTLE));
        }
    }

    private static boolean redisDecides(Deployed app) {
        return app.get(LimiterStatus.class).store() == DecidedBy.REDIS;
    }

    private static Deployed deployed(LossyProxy proxy, Class<?>... producer) throws Exception {
        Map<String, String> settings = new HashMap<>(Traffic.SETTINGS);
        settings.put("weir.redis.url", proxy.url());
        settings.put("weir.redis.deadline", DEADLINE.toMillis() + "ms");
        ManyConnections.URL.set(proxy.url());
        List<Class<?>> beans = new ArrayList<>(List.of(producer));
        beans.add(Traffic.Watch.class);
        Deployed app = Deployed.with(settings, beans.toArray(Class<?>[]::new));
        try {
            app.get(Deployment.class).start("/slow", Set.of(), Map.of());
            Wait.until("connected", () -> redisDecides(app));
            return app;
        } catch (Exception | Error e) {
            app.close();
            throw e;
        }
    }
}
