package io.weir.internal.observe;

import static java.lang.System.Logger.Level.INFO;

import io.weir.DecidedBy;
import io.weir.Decision;
import io.weir.DecisionListener;
import io.weir.Edge;
import io.weir.Key;
import io.weir.LimiterStatus;
import io.weir.Policy;
import io.weir.internal.count.OutageCounters;
import io.weir.internal.count.Ticker;
import io.weir.internal.guard.Terms.Candidate;
import io.weir.internal.guard.Watcher;
import io.weir.internal.operator.Operator;
import io.weir.internal.operator.Overview;
import java.util.List;
import java.util.Map;
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

    private static final System.Logger LOG = System.getLogger("io.weir");

    private final Listeners listeners;
    private final LimiterStatus status;
    private final OutageCounters outages;
    private final IntSupplier localKeys;
    private final JmxRegistry jmx;
    private final DecisionCounters counters;
    private final RefusalLog refusals;
    private volatile boolean times;
    private List<Meters> meters = List.of();
    private @Nullable Operator operator;
    private volatile @Nullable TopRefused top;
    private volatile String application = "";
    private boolean closed;

    /**
     * Sees decisions, but shows nothing yet.
     *
     * @param listeners the application's own
     * @param status which store decides
     * @param outages how often the stand-in has decided
     * @param localKeys how many keys are counted in this JVM
     * @param ticker the clock
     * @param times whether to measure how long decisions take even if no meter does
     * @param server where it is to be seen in JMX
     */
    public DecisionMonitor(
            List<DecisionListener> listeners,
            LimiterStatus status,
            OutageCounters outages,
            IntSupplier localKeys,
            Ticker ticker,
            boolean times,
            Supplier<MBeanServer> server) {
        this.listeners = new Listeners(listeners);
        this.status = status;
        this.outages = outages;
        this.localKeys = localKeys;
        this.times = times;
        jmx = new JmxRegistry(server);
        counters = new DecisionCounters(jmx::show, ticker);
        refusals = new RefusalLog(ticker);
    }

    /**
     * Lets an operator act by what is shown. To be called before that.
     *
     * @param operator acts
     */
    public synchronized void setOperator(Operator operator) {
        this.operator = operator;
    }

    /**
     * Shows from now on what is seen. Nothing that fails here stops a deployment.
     *
     * @param application the application's name, as in its keys
     * @param policies policies to show before anybody asks for them
     * @param measuring where to measure as well, if anywhere
     */
    public synchronized void open(
            String application, List<Policy> policies, List<Meters> measuring) {
        this.application = application;
        if (closed) {
            return;
        }
        int number = jmx.open(application, limiter());
        policies.forEach(policy -> counters.of(policy.name()));
        counters.all().forEach(jmx::show);
        refusals.open(application);
        meters = List.copyOf(measuring);
        meters.forEach(
                each ->
                        measure(
                                each,
                                number == 1 ? application : application + " (" + number + ")"));
        counters.measure(meters);
        look();
    }

    private void measure(Meters to, String application) {
        to.open(application);
        to.gauge(Meters.Metric.DEGRADED, "", "", () -> status.degraded() ? 1 : 0);
        to.gauge(Meters.Metric.NODES, "", "", status::nodes);
        to.gauge(Meters.Metric.CLOCK_SKEW, "", "", this::skew);
        to.gauge(Meters.Metric.LOCAL_KEYS, "", "", localKeys::getAsInt);
        to.counter(Meters.Metric.LOST_COUNTS, "", "", outages::losses);
        to.counter(Meters.Metric.TAKEN_AHEAD, "", "", outages::takenAhead);
        to.counter(Meters.Metric.GIVEN_BACK, "", "", outages::givenBack);
        to.counter(Meters.Metric.MISSED_DEADLINES, "", "", this::missedDeadlines);
        for (OutageCounters.Reason reason : OutageCounters.Reason.values()) {
            to.counter(
                    Meters.Metric.STAND_IN,
                    "reason",
                    Labels.dashed(reason),
                    () -> outages.decisions(reason));
        }
    }

    private double skew() {
        return status.clockSkew().map(skew -> skew.toNanos() / 1e9).orElse(Double.NaN);
    }

    private long missedDeadlines() {
        return outages.decisions(OutageCounters.Reason.DEADLINE);
    }

    /** Looks for meters that were not there at the start. To be called from time to time. */
    public synchronized void look() {
        for (Meters each : meters) {
            each.look();
            times |= each.times();
        }
    }

    /**
     * These are the candidates now: of one that is new nothing is counted yet, and one that has
     * gone is shown no longer. To be called from time to time.
     *
     * @param now by their policies
     */
    public void candidates(Map<String, Candidate> now) {
        counters.candidates(now);
    }

    /** Writes to the log what candidates would have done. To be called from time to time. */
    public void logCandidates() {
        for (PolicyCounters each : counters.all()) {
            each.candidate()
                    .changedFigures()
                    .ifPresent(
                            news ->
                                    LOG.log(
                                            INFO,
                                            "Candidate {0} of policy {1}: {2}",
                                            news.limit(),
                                            Key.escape(each.policy()),
                                            CandidateFigures.text(news)));
        }
    }

    /** Begins to count which keys are refused most. */
    public synchronized void watchRefused() {
        if (top == null) {
            top = new TopRefused();
        }
    }

    /** What was refused counts half from now on; to be called once a minute. */
    public void age() {
        TopRefused counted = top;
        if (counted != null) {
            counted.age();
        }
    }

    /**
     * The keys that were refused most lately.
     *
     * @return the most first; empty before anybody asked for it to be counted
     */
    public List<Overview.Refused> topRefused() {
        TopRefused counted = top;
        return counted == null ? List.of() : counted.tell(application);
    }

    /**
     * Whose decisions these are.
     *
     * @return the application's name, as in its keys; empty before it is known
     */
    public String application() {
        return application;
    }

    /**
     * What a key is called in the log.
     *
     * @param policy whose key
     * @param key the key
     * @return hexadecimal digits
     */
    public String digits(Policy policy, Key key) {
        return KeyDigits.of(application, policy, key);
    }

    /**
     * The decisions of one policy since the deployment.
     *
     * @param policy its name
     * @param admitted passed
     * @param refused did not
     * @param wouldRefuse passed because the policy only observes
     * @param denied by their network
     * @param nearLimit admissions that have left little
     * @param candidate other limits that are tried
     */
    public record Counts(
            String policy,
            long admitted,
            long refused,
            long wouldRefuse,
            long denied,
            long nearLimit,
            Overview.Candidate candidate) {}

    /**
     * The decisions of each policy since the deployment.
     *
     * @return as they are now
     */
    public List<Counts> counts() {
        return counters.all().stream().map(PolicyCounters::counts).toList();
    }

    private SimpleMBean limiter() {
        SimpleMBean bean = new SimpleMBean("Which store decides, and what is known of others");
        bean.addAttribute(
                "Store",
                String.class,
                "the store that decides now: redis or local",
                () -> Labels.dashed(status.store()));
        bean.addAttribute(
                "Degraded",
                Boolean.class,
                "whether Redis is configured and does not decide",
                status::degraded);
        bean.addAttribute(
                "Seconds",
                Long.class,
                "for how long that store has decided",
                () -> status.since().toSeconds());
        bean.addAttribute("Nodes", Integer.class, "nodes that share the limits", status::nodes);
        bean.addAttribute(
                "ClockSkewMillis",
                Long.class,
                "how far this node's clock is ahead of that of Redis; null if unknown",
                () -> status.clockSkew().map(skew -> skew.toMillis()).orElse(null));
        bean.addAttribute(
                "LocalKeys",
                Integer.class,
                "keys that are counted in this JVM",
                localKeys::getAsInt);
        bean.addAttribute(
                "LostCounts",
                Long.class,
                "how often Redis had forgotten what it had counted",
                outages::losses);
        bean.addAttribute(
                "TakenAhead",
                Long.class,
                "permits that were taken ahead of calls, by leases",
                outages::takenAhead);
        bean.addAttribute(
                "GivenBack",
                Long.class,
                "those of them that nobody has used in time",
                outages::givenBack);
        bean.addAttribute(
                "MissedDeadlines",
                Long.class,
                "decisions that have waited for Redis in vain, as long as they may",
                this::missedDeadlines);
        for (OutageCounters.Reason reason : OutageCounters.Reason.values()) {
            bean.addAttribute(
                    "StandIn" + Labels.camel(reason),
                    Long.class,
                    "decisions of this node in place of Redis: " + Labels.dashed(reason),
                    () -> outages.decisions(reason));
        }
        if (operator != null) {
            OperatorBean.add(bean, operator);
        }
        return bean;
    }

    @Override
    public void decided(
            Policy policy, Key key, Edge edge, DecidedBy decidedBy, Decision decision, long nanos) {
        DecisionResult result = DecisionResult.of(policy, decision);
        counters.count(policy.name(), decision, result, decidedBy, nanos);
        if (result != DecisionResult.ADMITTED) {
            TopRefused counted = top;
            if (counted != null) {
                counted.count(policy, key);
            }
            refusals.refused(policy, key, edge, decidedBy, decision, result);
        }
        listeners.decided(policy, edge, decidedBy, decision, nanos);
    }

    @Override
    public void asked(Policy policy, Candidate candidate, Key key, long cost, boolean refuses) {
        counters.asked(policy.name(), candidate, key, cost, refuses);
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
        for (Meters each : meters) { // a lambda is a class, which Payara no longer loads by then
            each.close();
        }
    }
}
