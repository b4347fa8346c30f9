package io.weir.internal.observe;

import io.weir.DecidedBy;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** The decisions of one policy, by what became of them and who decided. Thread-safe; no locks. */
final class Tally {

    private static final List<Result> RESULTS = List.of(Result.values());
    private static final List<DecidedBy> STORES = List.of(DecidedBy.values());

    private final String policy;
    private final AtomicReferenceArray<@Nullable Cell> cells =
            new AtomicReferenceArray<>(RESULTS.size() * STORES.size());

    /** Decisions of one kind. */
    static final class Cell {
        private final LongAdder count = new LongAdder();
        private final LongAdder nanos = new LongAdder();
        private final AtomicLong longest = new AtomicLong();

        /** Measures them elsewhere, too; null until that is known. */
        volatile @Nullable LongConsumer timer;

        void add(long took) {
            count.increment();
            if (took == 0) {
                return; // not measured
            }
            nanos.add(took);
            long before = longest.get();
            while (took > before && !longest.compareAndSet(before, took)) {
                before = longest.get();
            }
        }
    }

    Tally(String policy) {
        this.policy = policy;
    }

    String policy() {
        return policy;
    }

    Cell cell(Result result, DecidedBy store) {
        int index = index(result, store);
        Cell there = cells.get(index);
        if (there != null) {
            return there;
        }
        Cell fresh = new Cell();
        there = cells.compareAndExchange(index, null, fresh);
        return there == null ? fresh : there;
    }

    private static int index(Result result, DecidedBy store) {
        return result.ordinal() * STORES.size() + store.ordinal();
    }

    private long sum(List<Result> results, List<DecidedBy> stores, ToLongFunction<Cell> what) {
        long sum = 0;
        for (Result result : results) {
            for (DecidedBy store : stores) {
                Cell cell = cells.get(index(result, store));
                sum += cell == null ? 0 : what.applyAsLong(cell);
            }
        }
        return sum;
    }

    private long count(List<Result> results, List<DecidedBy> stores) {
        return sum(results, stores, cell -> cell.count.sum());
    }

    private @Nullable Long total() {
        long total = sum(RESULTS, STORES, cell -> cell.nanos.sum());
        return total == 0 ? null : total;
    }

    private @Nullable Long longest() {
        long longest = 0;
        for (int i = 0; i < cells.length(); i++) {
            Cell cell = cells.get(i);
            longest = Math.max(longest, cell == null ? 0 : cell.longest.get());
        }
        return longest == 0 ? null : longest;
    }

    /** All of it, as attributes. */
    ReadOnlyBean bean() {
        ReadOnlyBean bean = new ReadOnlyBean("Decisions of one policy since the deployment");
        for (Result result : RESULTS) {
            bean.add(
                    Words.camel(result),
                    Long.class,
                    "decisions: " + result.word(),
                    () -> count(List.of(result), STORES));
        }
        for (DecidedBy store : STORES) {
            bean.add(
                    "By" + Words.camel(store),
                    Long.class,
                    "decisions by " + Words.dashed(store),
                    () -> count(RESULTS, List.of(store)));
        }
        for (Result result : RESULTS) {
            for (DecidedBy store : STORES) {
                bean.add(
                        Words.camel(result) + "By" + Words.camel(store),
                        Long.class,
                        "decisions by " + Words.dashed(store) + ": " + result.word(),
                        () -> count(List.of(result), List.of(store)));
            }
        }
        bean.add(
                "TotalNanos",
                Long.class,
                "time that all decisions took, in nanoseconds; null if it was not measured",
                this::total);
        bean.add(
                "LongestNanos",
                Long.class,
                "time that the longest decision took, in nanoseconds; null if it was not measured",
                this::longest);
        return bean;
    }
}
