package io.weir.store.local;

import io.weir.Limit;
import io.weir.LimitState;
import io.weir.Policy;
import io.weir.decision.Rate;
import io.weir.decision.Usage;
import io.weir.internal.count.Debt;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Measures the usages of one key against all limits of a policy: all admit, or none counts. A key
 * is known by the usage of its first limit, and that one's monitor guards all of them.
 */
final class Meter {

    private final Policy policy;
    private final Rate[] rates;
    private final Rate first;
    private final long capacity;

    Meter(Policy policy) {
        this.policy = policy;
        this.rates = policy.limits().stream().map(Rate::of).toArray(Rate[]::new);
        this.first = rates[0];
        this.capacity = policy.capacity(); // found by a stream each time it is asked for
    }

    /** Kinds and windows, as text: what {@link #sameShapeAs} compares. */
    static String shape(Policy policy) {
        return policy.limits().stream()
                .map(limit -> limit.getClass().getSimpleName() + limit.window())
                .collect(Collectors.joining(","));
    }

    Policy policy() {
        return policy;
    }

    long capacity() {
        return capacity;
    }

    /** Whether usages of the other policy mean the same: numbers of permits may differ. */
    boolean sameShapeAs(Policy other) {
        List<Limit> mine = policy.limits();
        List<Limit> theirs = other.limits();
        boolean same = mine.size() == theirs.size();
        for (int i = 0; same && i < mine.size(); i++) {
            same =
                    mine.get(i).getClass() == theirs.get(i).getClass()
                            && mine.get(i).window().equals(theirs.get(i).window());
        }
        return same;
    }

    Usage unused() {
        Usage usage = first.unused();
        Usage last = usage;
        for (int i = 1; i < rates.length; i++) {
            Usage next = rates[i].unused();
            last.next(next);
            last = next;
        }
        return usage;
    }

    void clear(Usage usage) {
        for (Usage u = usage; u != null; u = u.next()) {
            u.clear();
        }
    }

    boolean isUnused(Usage usage, long now) {
        int i = 0;
        for (Usage u = usage; u != null; u = u.next()) {
            if (!u.isUnused(rates[i++], now)) {
                return false;
            }
        }
        return true;
    }

    /** 0 if all limits admit, else the longest wait. */
    long waitFor(Usage usage, long cost, long now) {
        long wait = 0;
        int i = 0;
        for (Usage u = usage; u != null; u = u.next()) {
            wait = Math.max(wait, u.waitFor(rates[i++], cost, now));
        }
        return wait;
    }

    /** Takes if all limits admit: 0, else the longest wait. */
    long tryTake(Usage usage, long cost, long now) {
        if (rates.length == 1) {
            return usage.tryTake(first, cost, now); // the clock is settled once
        }
        long wait = waitFor(usage, cost, now);
        if (wait == 0) {
            take(usage, cost, now);
        }
        return wait;
    }

    List<String> violated(Usage usage, long cost, long now) {
        List<String> names = new ArrayList<>(rates.length);
        int i = 0;
        for (Usage u = usage; u != null; u = u.next()) {
            if (u.waitFor(rates[i], cost, now) > 0) {
                names.add(policy.limitName(i));
            }
            i++;
        }
        return List.copyOf(names);
    }

    void take(Usage usage, long cost, long now) {
        int i = 0;
        for (Usage u = usage; u != null; u = u.next()) {
            u.take(rates[i++], cost, now);
        }
    }

    /** Takes, and answers how to undo it. */
    long[] takeStamped(Usage usage, long cost, long now) {
        long[] stamps = new long[rates.length];
        int i = 0;
        for (Usage u = usage; u != null; u = u.next()) {
            stamps[i] = u.take(rates[i], cost, now);
            i++;
        }
        return stamps;
    }

    void giveBack(Usage usage, long cost, long[] stamps, long now) {
        int i = 0;
        for (Usage u = usage; u != null; u = u.next()) {
            u.giveBack(rates[i], cost, stamps[i], now);
            i++;
        }
    }

    Debt debt(Usage usage, long now) {
        List<long[]> ages = new ArrayList<>(rates.length);
        int i = 0;
        for (Usage u = usage; u != null; u = u.next()) {
            ages.add(u.ages(rates[i++], now));
        }
        return new Debt(List.copyOf(ages));
    }

    List<LimitState> states(Usage usage, long now) {
        if (rates.length == 1) {
            return LateState.of(this, usage.used(first, now), usage.untilOldest(first, now));
        }
        LimitState[] states = new LimitState[rates.length];
        int i = 0;
        for (Usage u = usage; u != null; u = u.next()) {
            states[i] = state(i, u.used(rates[i], now), u.untilOldest(rates[i], now));
            i++;
        }
        return List.of(states);
    }

    LimitState state(int index, long used, long untilOldest) {
        Rate rate = rates[index];
        return policy.state(index, rate.remaining(used), rate.untilNext(used, untilOldest));
    }
}
