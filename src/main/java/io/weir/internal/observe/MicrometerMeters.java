package io.weir.internal.observe;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.weir.LimiterStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Micrometer, where the server or the application has it; only then is this class loaded. A timer
 * has the count of what it times, so there is no counter beside it. Labels are names from the
 * application's code and configuration, never a key or an address.
 */
public final class MicrometerMeters implements Meters {

    private static final System.Logger LOG = System.getLogger("io.weir");

    private final MeterRegistry registry;
    private final List<Meter> registered = new ArrayList<>();
    private final AtomicBoolean complained = new AtomicBoolean();
    private Tags tags = Tags.empty();
    private boolean closed;

    /**
     * Meters of one application.
     *
     * @param registry collects them; may serve other applications, too
     */
    public MicrometerMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /**
     * Meters of one application, in the registry that is global.
     *
     * @return the meters
     */
    public static Meters global() {
        return new MicrometerMeters(Metrics.globalRegistry);
    }

    @Override
    public synchronized void open(String application, LimiterStatus status, IntSupplier localKeys) {
        tags = Tags.of("application", application);
        gauge(
                "weir.degraded",
                "1 while Redis is configured and does not decide",
                () -> status.degraded() ? 1 : 0);
        gauge("weir.nodes", "Nodes that share the limits", status::nodes);
        register(
                () ->
                        TimeGauge.builder(
                                        "weir.clock.skew",
                                        () -> milliseconds(status),
                                        TimeUnit.MILLISECONDS)
                                .description("How far this node's clock is ahead of that of Redis")
                                .tags(tags)
                                .register(registry));
        gauge("weir.local.keys", "Keys that are counted in this JVM", localKeys::getAsInt);
    }

    private void gauge(String name, String description, Supplier<Number> value) {
        register(
                () ->
                        Gauge.builder(name, value)
                                .description(description)
                                .tags(tags)
                                .register(registry));
    }

    /** Micrometer's word for unknown is NaN. */
    private static double milliseconds(LimiterStatus status) {
        return status.clockSkew().map(skew -> (double) skew.toMillis()).orElse(Double.NaN);
    }

    @Override
    public synchronized LongConsumer timer(String policy, String outcome, String store) {
        Timer timer =
                register(
                        () ->
                                Timer.builder("weir.decisions")
                                        .description("Decisions whether an operation is admitted")
                                        .tags(tags.and("policy", policy))
                                        .tags("outcome", outcome, "store", store)
                                        .register(registry));
        return timer == null ? nanos -> {} : nanos -> record(timer, nanos);
    }

    private void record(Timer timer, long nanos) {
        try {
            timer.record(nanos, TimeUnit.NANOSECONDS);
        } catch (RuntimeException | LinkageError e) {
            complain(e);
        }
    }

    private <M extends Meter> @Nullable M register(Supplier<M> meter) {
        if (closed) {
            return null;
        }
        try {
            M made = meter.get();
            registered.add(made);
            return made;
        } catch (RuntimeException | LinkageError e) {
            complain(e);
            return null;
        }
    }

    private void complain(Throwable e) {
        if (complained.compareAndSet(false, true)) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "Micrometer threw; this is logged once, decisions stand",
                    e);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        for (Meter meter : registered) {
            try {
                registry.remove(meter);
            } catch (RuntimeException | LinkageError e) {
                complain(e);
            }
        }
        registered.clear();
    }
}
