package io.weir.internal.observe;

import io.weir.DecidedBy;
import io.weir.Decision;
import io.weir.DecisionListener;
import io.weir.Edge;
import io.weir.Key;
import io.weir.LimiterStatus;
import io.weir.Policy;
import io.weir.internal.count.Ticker;
import io.weir.internal.guard.Watcher;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import javax.management.MBeanServer;
import org.jspecify.annotations.Nullable;

/**
 * All that watches the decisions of one application: its own listeners, counters that can be read
 * in JMX and elsewhere, and the log of refusals. Thread-safe. A decision like others before costs
 * no memory and waits for nobody.
 */
public final class DecisionMonitor implements Watcher, AutoCloseable {

    private final DecisionListener listener;
    private final LimiterStatus status;
    private final IntSupplier localKeys;
    private final JmxRegistry jmx;
    private final DecisionCounters counters;
    private final RefusalLog refusals;
    private volatile boolean times;
    private @Nullable Meters meters;
    private boolean closed;

    /**
     * Sees decisions, but shows nothing yet.
     *
     * @param listener the application's own
     * @param status which store decides
     * @param localKeys how many keys are counted in this JVM
     * @param ticker the clock
     * @param times whether to measure how long decisions take even if no meter does
     */
    public DecisionMonitor(
            DecisionListener listener,
            LimiterStatus status,
            IntSupplier localKeys,
            Ticker ticker,
            boolean times) {
        this(listener, status, localKeys, ticker, times, ManagementFactory::getPlatformMBeanServer);
    }

    DecisionMonitor(
            DecisionListener listener,
            LimiterStatus status,
            IntSupplier localKeys,
            Ticker ticker,
            boolean times,
            Supplier<MBeanServer> server) {
        this.listener = listener;
        this.status = status;
        this.localKeys = localKeys;
        this.times = times;
        jmx = new JmxRegistry(server);
        counters = new DecisionCounters(jmx::show);
        refusals = new RefusalLog(ticker);
    }

    /**
     * Shows from now on what is seen. Nothing that fails here stops a deployment.
     *
     * @param application the application's name, as in its keys
     * @param policies policies to show before anybody asks for them
     * @param meters where to measure as well, if anywhere
     */
    public synchronized void open(
            String application, List<Policy> policies, @Nullable Meters meters) {
        if (closed) {
            return;
        }
        int number = jmx.open(application, limiter());
        policies.forEach(policy -> counters.of(policy.name()));
        counters.all().forEach(jmx::show);
        refusals.open(application);
        if (meters != null) {
            this.meters = meters;
            times = true;
            meters.open(
                    number == 1 ? application : application + " (" + number + ")",
                    status,
                    localKeys);
            counters.measure(meters);
        }
    }

    private ReadOnlyMBean limiter() {
        ReadOnlyMBean bean = new ReadOnlyMBean("Which store decides, and what is known of others");
        bean.add(
                "Store",
                String.class,
                "the store that decides now: redis or local",
                () -> Labels.dashed(status.store()));
        bean.add(
                "Degraded",
                Boolean.class,
                "whether Redis is configured and does not decide",
                status::degraded);
        bean.add(
                "Seconds",
                Long.class,
                "for how long that store has decided",
                () -> status.since().toSeconds());
        bean.add("Nodes", Integer.class, "nodes that share the limits", status::nodes);
        bean.add(
                "ClockSkewMillis",
                Long.class,
                "how far this node's clock is ahead of that of Redis; null if unknown",
                () -> status.clockSkew().map(skew -> skew.toMillis()).orElse(null));
        bean.add(
                "LocalKeys",
                Integer.class,
                "keys that are counted in this JVM",
                localKeys::getAsInt);
        return bean;
    }

    @Override
    public void decided(
            Policy policy, Key key, Edge edge, DecidedBy decidedBy, Decision decision, long nanos) {
        DecisionResult result = DecisionResult.of(policy, decision);
        counters.count(policy.name(), result, decidedBy, nanos);
        if (result != DecisionResult.ADMITTED) {
            refusals.refused(policy, key, edge, decidedBy, decision, result);
        }
        listener.decided(policy, edge, decidedBy, decision, nanos);
    }

    @Override
    public boolean times() {
        return times;
    }

    /** Takes away what is shown. What is seen afterwards is not shown. */
    @Override
    public synchronized void close() {
        closed = true;
        jmx.close();
        if (meters != null) {
            meters.close();
        }
    }
}
