package io.weir.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.DecidedBy;
import io.weir.LimiterStatus;
import io.weir.RateLimiter;
import io.weir.internal.app.Deployment;
import io.weir.internal.edge.cdi.Deployed;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Everything that happens to a Redis, under traffic, through the whole limiter with its default
 * deadline: no caller sees an exception or waits, the limits hold, and Redis is used again as soon
 * as it can be.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultMatrixTest {

    /** Classes are loaded, connections made; its calls are counted, their time is not measured. */
    private static final Duration WARM_UP = Duration.ofSeconds(1);

    private static final Duration HEALTHY = Duration.ofSeconds(3);
    private static final Duration FAULT = Duration.ofSeconds(3);
    private static final Duration AFTER = Duration.ofSeconds(4);

    private static final Duration SOAK = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(200);

    /** A pause that the machine has made so long is another experiment. */
    private static final Duration OVERLONG = Duration.ofMillis(250);

    private final Report report = new Report();

    static Stream<Fault> oneOfEachClass() {
        return Arrays.stream(Fault.values()).filter(Fault::quick);
    }

    static Stream<Fault> allOthers() {
        return Arrays.stream(Fault.values()).filter(fault -> !fault.quick());
    }

    @ParameterizedTest
    @MethodSource
    void oneOfEachClass(Fault fault) throws Exception {
        holds(fault);
    }

    @ParameterizedTest
    @MethodSource
    @Tag("heavy")
    void allOthers(Fault fault) throws Exception {
        holds(fault);
    }

    private void holds(Fault fault) throws Exception {
        try (Scene scene = fault.scene()) {
            scene.set();
            try (StateLog log = new StateLog();
                    Deployed app = deployed(scene);
                    Traffic traffic = traffic(app, scene)) {
                Thread.sleep(WARM_UP.toMillis());
                traffic.forget();
                long from = System.nanoTime();
                Thread.sleep(HEALTHY.toMillis());

                long inflicted = System.nanoTime();
                scene.inflict();
                if (scene.lasts()) {
                    Thread.sleep(FAULT.toMillis());
                }
                scene.lift();
                long lifted = System.nanoTime();
                Optional<Duration> back = back(app, traffic, lifted);
                Thread.sleep(AFTER.toMillis());

                long to = System.nanoTime();
                List<Traffic.Call> calls = traffic.end();
                Measured measured =
                        new Measured(
                                fault.title(),
                                calls.size(),
                                traffic.thrown().size(),
                                Measured.longest(calls, from),
                                Measured.net(calls, from, traffic.stalls()),
                                Measured.longestStall(traffic.stalls()),
                                log.lost(),
                                Measured.here(calls, inflicted, lifted),
                                back,
                                Measured.afterwards(calls, to),
                                Measured.worst(calls));
                report.add(fault, measured, scene.version());

                traffic.stacks().forEach(System.out::println);
                String said = String.join("\n", log.lines());
                assertThat(traffic.thrown()).as(said).isEmpty();
                assertThat(measured.violations()).as(said).isEmpty();
                assertEffect(fault, log, measured.isCalm(), said);
            }
        }
    }

    private static void assertEffect(Fault fault, StateLog log, boolean calm, String said) {
        if (fault.effect() == Fault.Effect.GIVEN_UP) {
            assertThat(log.lost()).as(said).isPositive();
        }
        boolean refused = said.contains("Redis refuses the configured access");
        if (fault.kind() != Fault.Kind.CONFIGURATION) {
            assertThat(refused).as(said).isFalse();
        }
        if (calm) {
            if (fault.kind() == Fault.Kind.CONFIGURATION) {
                assertThat(refused).as(said).isTrue();
            }
            if (fault.effect() == Fault.Effect.KEPT) {
                assertThat(log.lost()).as(said).isZero();
            }
            assertThat(log.connected()).as("each loss ends\n" + said).isEqualTo(log.lost() + 1);
        }
    }

    @Test
    @Tag("heavy")
    void pausesOf200MillisecondsChangeNothing() throws Exception {
        try (OneRedis scene = OneRedis.once(s -> {})) {
            scene.set();
            try (StateLog log = new StateLog();
                    Deployed app = deployed(scene);
                    Traffic traffic = traffic(app, scene)) {
                Thread.sleep(WARM_UP.toMillis());
                traffic.forget();
                long from = System.nanoTime();
                long pauses = 0;
                long longest = 0;
                long overlong = 0;
                while (System.nanoTime() - from < SOAK.toNanos()) {
                    Thread.sleep(ThreadLocalRandom.current().nextLong(1_000, 3_000));
                    long start = System.nanoTime();
                    scene.redis().freeze();
                    Thread.sleep(PAUSE.toMillis());
                    scene.redis().thaw();
                    long took = System.nanoTime() - start;
                    longest = Math.max(longest, took);
                    overlong += took > OVERLONG.toNanos() ? 1 : 0;
                    pauses++;
                }
                long to = System.nanoTime();
                Optional<Duration> back = back(app, traffic, to);
                Thread.sleep(AFTER.toMillis());
                long end = System.nanoTime();
                List<Traffic.Call> calls = traffic.end();
                Measured measured =
                        new Measured(
                                "%d pauses of %d ms (the longest took %d ms)"
                                        .formatted(pauses, PAUSE.toMillis(), longest / 1_000_000),
                                calls.size(),
                                traffic.thrown().size(),
                                Measured.longest(calls, from),
                                Measured.net(calls, from, traffic.stalls()),
                                Measured.longestStall(traffic.stalls()),
                                log.lost(),
                                Measured.here(calls, from, to),
                                back,
                                Measured.afterwards(calls, end),
                                Measured.worst(calls));
                report.addPauses(measured);
                traffic.stacks().forEach(System.out::println);
                assertThat(measured.violations()).isEmpty();
                if (measured.isCalm()) {
                    assertThat(log.lost()).as("false alarms").isLessThanOrEqualTo(overlong);
                }
            }
        }
    }

    private static Deployed deployed(Scene scene) throws Exception {
        Map<String, String> settings = new HashMap<>(Traffic.SETTINGS);
        settings.put("weir.redis.url", scene.url());
        Deployed app = Deployed.with(settings, Traffic.Watch.class);
        try {
            app.get(Deployment.class).start("/faults", Set.of(), Map.of());
            LimiterStatus status = app.get(LimiterStatus.class);
            Wait.until("connected", () -> status.store() == DecidedBy.REDIS);
            return app;
        } catch (Exception | Error e) {
            app.close();
            throw e;
        }
    }

    private static Traffic traffic(Deployed app, Scene scene) {
        return new Traffic(
                app.get(RateLimiter.class), app.get(Traffic.Watch.class), scene::concerns);
    }

    /** From the end of the fault until Redis has the say, and has had it. */
    private static Optional<Duration> back(Deployed app, Traffic traffic, long lifted)
            throws InterruptedException {
        LimiterStatus status = app.get(LimiterStatus.class);
        while (status.store() != DecidedBy.REDIS || traffic.lastByRedis() - lifted < 0) {
            if (System.nanoTime() - lifted > Measured.BACK.toNanos()) {
                return Optional.empty();
            }
            Thread.sleep(1);
        }
        return Optional.of(Duration.ofNanos(System.nanoTime() - lifted));
    }

    @AfterAll
    void write() throws IOException {
        report.write();
    }
}
