package io.weir.internal.observe;

import io.weir.DecidedBy;
import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Counts the decisions of each policy. Bounded: an application may make policies without end; those
 * that come too late are counted together. Thread-safe; a decision of a kind that was seen before
 * costs neither a lock nor memory.
 */
final class Counters {

    /** Policies with counters of their own. */
    static final int MOST = 1_000;

    /** What all further policies are called together. */
    static final String OTHERS = "(others)";

    private final ConcurrentMap<String, Tally> tallies = new ConcurrentHashMap<>();
    private final Consumer<Tally> onNew;
    private volatile @Nullable Meters meters;

    /**
     * Counters at zero.
     *
     * @param onNew called once for each policy that is counted by itself, and for the others
     */
    Counters(Consumer<Tally> onNew) {
        this.onNew = onNew;
    }

    void count(String policy, Result result, DecidedBy store, long nanos) {
        Tally tally = of(policy);
        Tally.Cell cell = tally.cell(result, store);
        cell.add(nanos);
        LongConsumer timer = cell.timer;
        if (timer == null) {
            Meters measuring = meters;
            if (measuring == null) {
                return;
            }
            timer = measuring.timer(tally.policy(), result.word(), Words.dashed(store));
            cell.timer = timer;
        }
        timer.accept(nanos);
    }

    /** From now on decisions are measured there, too. */
    void measure(Meters measuring) {
        meters = measuring;
    }

    /** The tally of a policy, from the first time on. */
    Tally of(String policy) {
        Tally own = tallies.get(policy);
        if (own != null) {
            return own;
        }
        Tally others = tallies.size() < MOST ? null : tallies.get(OTHERS);
        return others != null ? others : add(policy);
    }

    private synchronized Tally add(String policy) {
        Tally there = tallies.get(policy);
        if (there != null) {
            return there;
        }
        String name = tallies.size() < MOST ? policy : OTHERS;
        there = tallies.get(name);
        if (there == null) {
            there = new Tally(name);
            tallies.put(name, there);
            onNew.accept(there);
        }
        return there;
    }

    Collection<Tally> all() {
        return tallies.values();
    }
}
