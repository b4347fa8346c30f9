package io.weir.internal.observe;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.DoubleSupplier;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Micrometer, where the server or the application has it; only then is this class loaded. A timer
 * has the count of what it times, so there is no counter beside it.
 */
public final class MicrometerMeters implements Meters {

    private static final System.Logger LOG = System.getLogger("io.weir");

    private final MeterRegistry registry;
    private final List<Meter> registered = new ArrayList<>();

    /** What it counts by; a registry holds that weakly. */
    private final List<LongSupplier> counts = new ArrayList<>();

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
    public synchronized void open(String application) {
        tags = Tags.of("application", application);
    }

    @Override
    public synchronized void gauge(
            Meters.Metric metric, String label, String name, DoubleSupplier value) {
        Tags all = label.isEmpty() ? tags : tags.and(label, name);
        register(
                () ->
                        metric.unit.equals("s")
                                ? TimeGauge.builder(metric.id, value::getAsDouble, TimeUnit.SECONDS)
                                        .description(metric.description)
                                        .tags(all)
                                        .register(registry)
                                : Gauge.builder(metric.id, value::getAsDouble)
                                        .description(metric.description)
                                        .tags(all)
                                        .register(registry));
    }

    @Override
    public synchronized void counter(
            Meters.Metric metric, String label, String value, LongSupplier count) {
        counts.add(count);
        register(
                () ->
                        FunctionCounter.builder(metric.id, count, LongSupplier::getAsLong)
                                .description(metric.description)
                                .tags(label.isEmpty() ? tags : tags.and(label, value))
                                .register(registry));
    }

    @Override
    public synchronized LongConsumer timer(String policy, String outcome, String store) {
        Timer timer =
                register(
                        () ->
                                Timer.builder(Meters.Metric.DECISIONS.id)
                                        .description(Meters.Metric.DECISIONS.description)
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
