package io.weir.internal.observe;

import io.weir.DecidedBy;
import io.weir.Decision;
import io.weir.Key;
import io.weir.internal.count.Outcome;
import io.weir.internal.count.Ticker;
import io.weir.internal.guard.Terms.Candidate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
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
    private final Ticker ticker;
    private volatile List<Meters> meters = List.of();

    /**
     * DecisionCounters at zero.
     *
     * @param onNew called once for each policy that is counted by itself, and for the others
     * @param ticker the clock
     */
    DecisionCounters(Consumer<PolicyCounters> onNew, Ticker ticker) {
        this.onNew = onNew;
        this.ticker = ticker;
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

    /** A candidate was asked; those of policies that are counted together are not told apart. */
    void asked(String policy, Candidate candidate, Key key, long cost, boolean refuses) {
        PolicyCounters ofPolicy = of(policy);
        if (ofPolicy.policy().equals(policy)) {
            ofPolicy.candidate().asked(candidate, key, cost, refuses, meters);
        }
    }

    /** These are the candidates now, by their policies. */
    void candidates(Map<String, Candidate> now) {
        now.keySet().forEach(this::of);
        counters.forEach((policy, each) -> each.candidate().set(now.get(policy), meters));
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
        PolicyCounters added = new PolicyCounters(name, ticker);
        counters.put(name, added);
        onNew.accept(added);
        return added;
    }

    Collection<PolicyCounters> all() {
        return counters.values();
    }
}
