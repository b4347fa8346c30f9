package io.weir.internal.observe;

import java.util.function.DoubleSupplier;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/** Where a server collects measurements, whatever its kind. Nothing throws; thread-safe. */
public interface Meters extends AutoCloseable {

    /**
     * All that is measured, under the names that operators know: docs/operations.md has them.
     * Labels are names from the application's code and configuration, never a key or an address.
     */
    enum Metric {
        DECISIONS("weir.decisions", "s", "Decisions whether an operation is admitted"),
        NEAR_LIMIT(
                "weir.near_limit",
                "{decision}",
                "Admissions that have left less than a fifth of a limit"),
        STAND_IN(
                "weir.stand_in",
                "{decision}",
                "Decisions that Redis should have made and this node has, by the reason"),
        MISSED_DEADLINES(
                "weir.missed_deadlines",
                "{decision}",
                "Decisions that have waited for Redis in vain, as long as they may"),
        LOST_COUNTS("weir.lost_counts", "{loss}", "Losses of what Redis had counted"),
        TAKEN_AHEAD("weir.taken_ahead", "{permit}", "Permits taken ahead of calls, by leases"),
        GIVEN_BACK("weir.given_back", "{permit}", "Those of them that nobody has used in time"),
        DEGRADED("weir.degraded", "", "1 while Redis is configured and does not decide"),
        NODES("weir.nodes", "{node}", "Nodes that share the limits"),
        CANDIDATE_CALLS("weir.candidate.calls", "{call}", "Calls that a candidate was asked about"),
        CANDIDATE_WOULD_REFUSE(
                "weir.candidate.would_refuse",
                "{call}",
                "Calls that a candidate would have refused"),
        CANDIDATE_CLIENTS(
                "weir.candidate.clients",
                "{client}",
                "Clients of which the candidate would have refused a call since it was set"),
        CLOCK_SKEW("weir.clock.skew", "s", "How far this node's clock is ahead of that of Redis"),
        LOCAL_KEYS("weir.local.keys", "{key}", "Keys that are counted in this JVM");

        final String id;
        final String unit;
        final String description;

        Metric(String id, String unit, String description) {
            this.id = id;
            this.unit = unit;
            this.description = description;
        }
    }

    /**
     * Begins to measure.
     *
     * @param application tells it from other limiters of the server
     */
    void open(String application);

    /**
     * Tells a state from now on.
     *
     * @param metric which
     * @param label one more than the application, or empty
     * @param name of the label
     * @param value asked whenever somebody looks; NaN if it is unknown
     */
    void gauge(Metric metric, String label, String name, DoubleSupplier value);

    /**
     * Tells a number that only grows.
     *
     * @param metric which
     * @param label one more than the application, or empty
     * @param value of the label
     * @param count asked whenever somebody looks
     */
    void counter(Metric metric, String label, String value, LongSupplier count);

    /**
     * Finds what measures decisions of one kind. To be asked for once.
     *
     * @param policy the policy
     * @param outcome what became of the decision
     * @param store who decided
     * @return takes the nanoseconds of each decision; throws nothing
     */
    LongConsumer timer(String policy, String outcome, String store);

    /**
     * Looks whether what was not there at the start is there by now. To be called from time to
     * time.
     */
    default void look() {}

    /**
     * Whether the time that decisions take is measured here.
     *
     * @return false while nobody collects anything
     */
    default boolean times() {
        return true;
    }

    /** Takes all of it away. */
    @Override
    void close();
}
