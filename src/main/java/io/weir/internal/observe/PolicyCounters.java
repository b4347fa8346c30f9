package io.weir.internal.observe;

import io.weir.DecidedBy;
import io.weir.internal.count.Ticker;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The decisions of one policy, by what became of them and who decided. Thread-safe; no locks. */
final class PolicyCounters {

    private static final int STORES = DecidedBy.values().length;

    private final String policy;
    private final CandidateFigures candidate;
    private final LongAdder nearLimit = new LongAdder();

    /** Whether any decision has told what it left. */
    private volatile boolean nearKnown;

    /** Whether that is counted elsewhere, too. */
    private boolean nearMeasured;

    private final Counter[] counters = new Counter[DecisionResult.values().length * STORES];

    /** Decisions of one kind. */
    static final class Counter {
        private final DecisionResult result;
        private final DecidedBy store;
        private final LongAdder count = new LongAdder();
        private final LongAdder nanos = new LongAdder();
        private final LongAccumulator longest = new LongAccumulator(Math::max, 0);

        /** Measures them elsewhere, too; null until that is known. */
        volatile @Nullable LongConsumer timer;

        Counter(DecisionResult result, DecidedBy store) {
            this.result = result;
            this.store = store;
        }

        String outcome() {
            return result.word();
        }

        String store() {
            return Labels.dashed(store);
        }

        void add(long took) {
            count.increment();
            if (took != 0) { // else it was not measured
                nanos.add(took);
                longest.accumulate(took);
            }
        }
    }

    PolicyCounters(String policy, Ticker ticker) {
        this.policy = policy;
        this.candidate = new CandidateFigures(policy, ticker);
        for (DecisionResult result : DecisionResult.values()) {
            for (DecidedBy store : DecidedBy.values()) {
                counters[index(result, store)] = new Counter(result, store);
            }
        }
    }

    String policy() {
        return policy;
    }

    CandidateFigures candidate() {
        return candidate;
    }

    Counter counter(DecisionResult result, DecidedBy store) {
        return counters[index(result, store)];
    }

    /** A decision that has told whether it left less than a fifth. */
    void left(boolean little, List<Meters> meters) {
        if (little) {
            nearLimit.increment();
        }
        if (!nearKnown) {
            nearKnown = true;
            measureNear(meters);
        }
    }

    /** Only where it is known: a count of 0 would be a claim. */
    synchronized void measureNear(List<Meters> meters) {
        if (nearKnown && !nearMeasured && !meters.isEmpty()) {
            nearMeasured = true;
            meters.forEach(
                    m -> m.counter(Meters.Metric.NEAR_LIMIT, "policy", policy, nearLimit::sum));
        }
    }

    private static int index(DecisionResult result, DecidedBy store) {
        return result.ordinal() * STORES + store.ordinal();
    }

    private long sum(Predicate<Counter> counted) {
        return Arrays.stream(counters)
                .filter(counted)
                .mapToLong(counter -> counter.count.sum())
                .sum();
    }

    private long sum(DecisionResult... results) {
        List<DecisionResult> wanted = List.of(results);
        return sum(counter -> wanted.contains(counter.result));
    }

    private void add(
            SimpleMBean bean, String name, String description, Predicate<Counter> counted) {
        bean.addAttribute(name, Long.class, description, () -> sum(counted));
    }

    private @Nullable Long total() {
        long total = Arrays.stream(counters).mapToLong(counter -> counter.nanos.sum()).sum();
        return total == 0 ? null : total;
    }

    private @Nullable Long longest() {
        long longest = Arrays.stream(counters).mapToLong(c -> c.longest.get()).max().orElseThrow();
        return longest == 0 ? null : longest;
    }

    /** For operators: what was refused, impossible or unavailable is one number. */
    DecisionMonitor.Counts counts() {
        return new DecisionMonitor.Counts(
                policy,
                sum(DecisionResult.ADMITTED),
                sum(DecisionResult.REFUSED, DecisionResult.IMPOSSIBLE, DecisionResult.UNAVAILABLE),
                sum(DecisionResult.WOULD_REFUSE, DecisionResult.WOULD_DENY),
                sum(DecisionResult.DENIED),
                nearLimit.sum(),
                candidate.figures());
    }

    /** All of it, as attributes. */
    SimpleMBean bean() {
        SimpleMBean bean = new SimpleMBean("Decisions of one policy since the deployment");
        for (DecisionResult result : DecisionResult.values()) {
            add(
                    bean,
                    Labels.camel(result),
                    "decisions: " + result.word(),
                    counter -> counter.result == result);
        }
        for (DecidedBy store : DecidedBy.values()) {
            add(
                    bean,
                    "By" + Labels.camel(store),
                    "decisions by " + Labels.dashed(store),
                    counter -> counter.store == store);
        }
        for (Counter kind : counters) {
            add(
                    bean,
                    Labels.camel(kind.result) + "By" + Labels.camel(kind.store),
                    "decisions by %s: %s".formatted(Labels.dashed(kind.store), kind.result.word()),
                    counter -> counter == kind);
        }
        bean.addAttribute(
                "NearLimit",
                Long.class,
                "admissions that have left less than a fifth of a limit; null while nobody has told"
                        + " what is left",
                () -> nearKnown ? nearLimit.sum() : null);
        bean.addAttribute(
                "TotalNanos",
                Long.class,
                "time that all decisions took, in nanoseconds; null if it was not measured",
                this::total);
        bean.addAttribute(
                "LongestNanos",
                Long.class,
                "time that the longest decision took, in nanoseconds; null if it was not measured",
                this::longest);
        candidate.show(bean);
        return bean;
    }
}
