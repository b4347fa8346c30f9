package io.weir.internal.observe;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.DoubleHistogramBuilder;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.api.trace.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * OpenTelemetry, where the server or the application has it; only then is this class loaded. Names
 * and labels are those of {@link MicrometerMeters}. Whatever is not admitted is an event of the
 * span of the operation, too. While nobody collects anything, a decision costs the reading of a
 * field.
 */
public final class OpenTelemetryMeters implements Meters {

    private static final System.Logger LOG = System.getLogger("io.weir");

    /** The instrumentation scope. */
    private static final String SCOPE = "io.weir";

    /** The name of the event in a span. */
    private static final String REFUSED = "weir.refused";

    private static final double NANOS = 1e9;

    /** A decision in memory takes less than a microsecond, one with Redis less than a deadline. */
    private static final List<Double> BOUNDS =
            List.of(
                    0.000_001, 0.000_01, 0.000_1, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05,
                    0.1, 0.25, 1.0);

    private final @Nullable OpenTelemetry given;
    private final List<Consumer<Meter>> wanted = new ArrayList<>();
    private final List<AutoCloseable> observed = new ArrayList<>();
    private final AtomicBoolean complained = new AtomicBoolean();
    private String application = "";
    private @Nullable Meter meter;
    private volatile @Nullable DoubleHistogram decisions;
    private boolean closed;

    /**
     * Meters of one application.
     *
     * @param given collects them, unless it collects nothing; else the global one does, as soon as
     *     there is one
     */
    public OpenTelemetryMeters(@Nullable OpenTelemetry given) {
        this.given = given;
    }

    /**
     * Meters of one application, in the global instance.
     *
     * @return the meters
     */
    public static Meters global() {
        return new OpenTelemetryMeters(null);
    }

    @Override
    public synchronized void open(String ofLimiter) {
        application = ofLimiter;
        look();
    }

    @Override
    public synchronized void look() {
        if (meter != null || closed) {
            return;
        }
        guarded(
                () -> {
                    Meter found = found();
                    if (found != null) {
                        meter = found;
                        decisions = histogram(found);
                        wanted.forEach(each -> guarded(() -> each.accept(found)));
                        wanted.clear();
                    }
                });
    }

    /** Null while there is none that collects anything. */
    private @Nullable Meter found() {
        Meter found = given == null ? null : ofOurs(given);
        return found == null && isGlobalSet() ? ofOurs(GlobalOpenTelemetry.get()) : found;
    }

    private static @Nullable Meter ofOurs(OpenTelemetry from) {
        Meter found = from.getMeterProvider().get(SCOPE);
        return found.getClass() == MeterProvider.noop().get(SCOPE).getClass() ? null : found;
    }

    /**
     * Getting the global instance would set it, and the application could set its own no longer.
     */
    private static boolean isGlobalSet() {
        try {
            return GlobalOpenTelemetry.isSet();
        } catch (NoSuchMethodError e) { // before 1.57 nobody can ask
            return false;
        }
    }

    private static DoubleHistogram histogram(Meter of) {
        DoubleHistogramBuilder builder =
                of.histogramBuilder(Metric.DECISIONS.id)
                        .setUnit(Metric.DECISIONS.unit)
                        .setDescription(Metric.DECISIONS.description);
        try {
            return builder.setExplicitBucketBoundariesAdvice(BOUNDS).build();
        } catch (NoSuchMethodError e) { // before 1.32; the collector's own bounds are coarse
            return builder.build();
        }
    }

    @Override
    public synchronized void gauge(Metric which, String label, String name, DoubleSupplier value) {
        Attributes attributes = attributes(label, name);
        want(
                of ->
                        observed.add(
                                of.gaugeBuilder(which.id)
                                        .setUnit(which.unit)
                                        .setDescription(which.description)
                                        .buildWithCallback(
                                                now -> {
                                                    double is = value.getAsDouble();
                                                    if (!Double.isNaN(is)) {
                                                        now.record(is, attributes);
                                                    }
                                                })));
    }

    @Override
    public synchronized void counter(Metric which, String label, String value, LongSupplier count) {
        Attributes attributes = attributes(label, value);
        want(
                of ->
                        observed.add(
                                of.counterBuilder(which.id)
                                        .setUnit(which.unit)
                                        .setDescription(which.description)
                                        .buildWithCallback(
                                                now -> now.record(count.getAsLong(), attributes))));
    }

    private Attributes attributes(String label, String value) {
        AttributeKey<String> key = AttributeKey.stringKey("application");
        return label.isEmpty()
                ? Attributes.of(key, application)
                : Attributes.of(key, application, AttributeKey.stringKey(label), value);
    }

    private void want(Consumer<Meter> made) {
        Meter there = meter;
        if (there != null && !closed) {
            guarded(() -> made.accept(there));
        } else {
            wanted.add(made);
        }
    }

    @Override
    public synchronized LongConsumer timer(String policy, String outcome, String store) {
        Attributes attributes =
                attributes("policy", policy).toBuilder()
                        .put("outcome", outcome)
                        .put("store", store)
                        .build();
        LongConsumer timer = nanos -> record(nanos, attributes);
        if (outcome.equals(DecisionResult.ADMITTED.word())) {
            return timer;
        }
        Attributes ofEvent =
                Attributes.of(
                        AttributeKey.stringKey("weir.policy"),
                        policy,
                        AttributeKey.stringKey("weir.outcome"),
                        outcome,
                        AttributeKey.stringKey("weir.store"),
                        store);
        return timer.andThen(nanos -> tellSpan(ofEvent));
    }

    private void record(long nanos, Attributes attributes) {
        DoubleHistogram there = decisions;
        if (there != null) {
            try {
                there.record(nanos / NANOS, attributes);
            } catch (RuntimeException | LinkageError e) {
                complain(e);
            }
        }
    }

    private void tellSpan(Attributes attributes) {
        try {
            Span span = Span.current();
            if (span.isRecording()) {
                span.addEvent(REFUSED, attributes);
            }
        } catch (RuntimeException | LinkageError e) {
            complain(e);
        }
    }

    @Override
    public boolean times() {
        return decisions != null;
    }

    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | LinkageError e) {
            complain(e);
        }
    }

    private void complain(Throwable e) {
        if (complained.compareAndSet(false, true)) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "OpenTelemetry threw; this is logged once, decisions stand",
                    e);
        }
    }

    /** A histogram cannot be taken away; it stays as it is while its collector lives. */
    @Override
    public synchronized void close() {
        closed = true;
        decisions = null;
        for (AutoCloseable each : observed) {
            try {
                each.close();
            } catch (Exception | LinkageError e) {
                complain(e);
            }
        }
        observed.clear();
        wanted.clear();
    }
}
