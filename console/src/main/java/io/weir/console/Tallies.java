package io.weir.console;

import io.weir.internal.operator.Operator;
import io.weir.internal.operator.Overview;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What each policy has decided lately, in steps of ten seconds, and what other nodes say of theirs.
 * Thread-safe.
 */
final class Tallies {

    static final Duration STEP = Duration.ofSeconds(10);

    /** Ten minutes. */
    private static final int STEPS = 60;

    private static final int POLICIES = 50;

    private final Operator operator;
    private final Map<String, long[]> before = new HashMap<>();
    private final Map<String, Deque<long[]>> steps = new LinkedHashMap<>();
    private Map<String, String> nodes = Map.of();
    private boolean begun;

    Tallies(Operator operator) {
        this.operator = operator;
    }

    /** Begins to count, once. */
    synchronized void begin() {
        if (!begun) {
            begun = true;
            take();
            operator.watch(STEP, this::step);
        }
    }

    /** One step is over. */
    void step() {
        take();
        Map<String, String> told = operator.exchange(mine());
        synchronized (this) {
            nodes = told;
        }
    }

    private synchronized void take() {
        for (Overview.PolicyView policy : operator.overview().policies()) {
            long[] now = {
                policy.admitted(),
                policy.refused() + policy.denied(),
                policy.wouldRefuse(),
                policy.nearLimit()
            };
            long[] last = before.put(policy.name(), now);
            if (last != null && (steps.containsKey(policy.name()) || steps.size() < POLICIES)) {
                Deque<long[]> row =
                        steps.computeIfAbsent(policy.name(), name -> new ArrayDeque<>());
                row.addLast(
                        new long[] {
                            now[0] - last[0], now[1] - last[1], now[2] - last[2], now[3] - last[3]
                        });
                if (row.size() > STEPS) {
                    row.removeFirst();
                }
            }
        }
    }

    /** This node's own, as JSON: the latest step is the last. */
    String mine() {
        Overview overview = operator.overview();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("store", overview.store());
        json.put("seconds", overview.seconds());
        json.put("skew", overview.skew());
        json.put("lostCounts", overview.lostCounts());
        json.put("missedDeadlines", overview.missedDeadlines());
        json.put("refused", overview.refused());
        json.put("findings", overview.findings());
        json.put("candidates", candidates(overview));
        synchronized (this) {
            Map<String, Object> rows = new LinkedHashMap<>();
            steps.forEach((policy, row) -> rows.put(policy, numbers(row)));
            json.put("policies", rows);
        }
        return Json.of(json);
    }

    /** Calls, and those that would be refused, of each policy that has one. */
    private static Map<String, Object> candidates(Overview overview) {
        Map<String, Object> candidates = new LinkedHashMap<>();
        for (Overview.PolicyView policy : overview.policies()) {
            Overview.Candidate candidate = policy.candidate();
            if (!candidate.limit().isEmpty()) {
                candidates.put(
                        policy.name(),
                        Map.of(
                                "limit", candidate.limit(),
                                "calls", candidate.calls(),
                                "wouldRefuse", candidate.wouldRefuse()));
            }
        }
        return candidates;
    }

    private static List<List<Long>> numbers(Deque<long[]> row) {
        List<List<Long>> numbers = new ArrayList<>();
        row.forEach(step -> numbers.add(List.of(step[0], step[1], step[2], step[3])));
        return numbers;
    }

    /** Of all nodes, as they said it last; this one as it is now. */
    Map<String, Object> all(Overview here) {
        Map<String, Object> all = new LinkedHashMap<>();
        String self = here.node().isEmpty() ? "here" : here.node();
        all.put(self, new Json.Raw(mine()));
        synchronized (this) {
            if (!here.degraded()) {
                nodes.forEach((node, text) -> all.putIfAbsent(node, new Json.Raw(text)));
            }
        }
        return all;
    }
}
