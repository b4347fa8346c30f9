package io.weir.internal.observe;

import io.weir.DecidedBy;
import io.weir.Decision;
import io.weir.internal.count.Outcome;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Counts the decisions of each policy. Bounded: an application may make policies without end; those
 * that come too late are counted together. Thread-safe; a decision of a kind that was seen before
 * costs neither a lock nor memory.
 */
final class DecisionCounters {

    /** Policies with counters of their own. */
    static final int MOST = 1_000;

    /** What all further policies are called together. */
    static final String OTHERS = "(others)";

    private final ConcurrentMap<String, PolicyCounters> counters = new ConcurrentHashMap<>();
    private final Consumer<PolicyCounters> onNew;
    private volatile List<Meters> meters = List.of();

    /**
     * DecisionCounters at zero.
     *
     * @param onNew called once for each policy that is counted by itself, and for the others
     */
    DecisionCounters(Consumer<PolicyCounters> onNew) {
        this.onNew = onNew;
    }

    void count(
            String policy, Decision decision, DecisionResult result, DecidedBy store, long nanos) {
        PolicyCounters ofPolicy = of(policy);
        PolicyCounters.Counter cell = ofPolicy.counter(result, store);
        cell.add(nanos);
        if (result == DecisionResult.ADMITTED && !decision.limits().isEmpty()) {
            ofPolicy.left(Outcome.isNearLimit(decision), meters);
        }
        List<Meters> measuring = meters;
        if (!measuring.isEmpty()) {
            timer(ofPolicy.policy(), cell, measuring).accept(nanos);
        }
    }

    private static LongConsumer timer(
            String policy, PolicyCounters.Counter cell, List<Meters> measuring) {
        LongConsumer timer = cell.timer;
        if (timer == null) {
            timer =
                    measuring.stream()
                            .map(each -> each.timer(policy, cell.outcome(), cell.store()))
                            .reduce(LongConsumer::andThen)
                            .orElseThrow();
            cell.timer = timer;
        }
        return timer;
    }

    /** From now on decisions are measured there, too. */
    void measure(List<Meters> measuring) {
        meters = measuring;
        counters.values().forEach(each -> each.measureNear(measuring));
    }

    /** The counters of a policy, from the first time on. */
    PolicyCounters of(String policy) {
        PolicyCounters own = counters.get(policy);
        if (own != null) {
            return own;
        }
        PolicyCounters others = counters.size() < MOST ? null : counters.get(OTHERS);
        return others != null ? others : add(policy);
    }

    private synchronized PolicyCounters add(String policy) {
        boolean own = counters.containsKey(policy) || counters.size() < MOST;
        String name = own ? policy : OTHERS;
        PolicyCounters known = counters.get(name);
        if (known != null) {
            return known;
        }
        PolicyCounters added = new PolicyCounters(name);
        counters.put(name, added);
        onNew.accept(added);
        return added;
    }

    Collection<PolicyCounters> all() {
        return counters.values();
    }
}
