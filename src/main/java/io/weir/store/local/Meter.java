package io.weir.store.local;

import io.weir.Limit;
import io.weir.LimitState;
import io.weir.Policy;
import io.weir.decision.Rate;
import io.weir.decision.Usage;
import io.weir.store.Debt;
import java.util.ArrayList;
import java.util.List;

/** Measures the usages of one key against all limits of a policy: all admit, or none counts. */
final class Meter {

    private final Policy policy;
    private final Rate[] rates;

    Meter(Policy policy) {
        this.policy = policy;
        this.rates = policy.limits().stream().map(Rate::of).toArray(Rate[]::new);
    }

    Policy policy() {
        return policy;
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

    Usage[] unused() {
        Usage[] usages = new Usage[rates.length];
        for (int i = 0; i < rates.length; i++) {
            usages[i] = rates[i].unused();
        }
        return usages;
    }

    boolean isUnused(Usage[] usages, long now) {
        for (int i = 0; i < rates.length; i++) {
            if (!usages[i].isUnused(rates[i], now)) {
                return false;
            }
        }
        return true;
    }

    /** 0 if all limits admit, else the longest wait. */
    long waitFor(Usage[] usages, long cost, long now) {
        long wait = 0;
        for (int i = 0; i < rates.length; i++) {
            wait = Math.max(wait, usages[i].waitFor(rates[i], cost, now));
        }
        return wait;
    }

    List<String> violated(Usage[] usages, long cost, long now) {
        List<String> names = new ArrayList<>(rates.length);
        for (int i = 0; i < rates.length; i++) {
            if (usages[i].waitFor(rates[i], cost, now) > 0) {
                names.add(policy.limitName(i));
            }
        }
        return List.copyOf(names);
    }

    void take(Usage[] usages, long cost, long now) {
        for (int i = 0; i < rates.length; i++) {
            usages[i].take(rates[i], cost, now);
        }
    }

    /** Takes, and answers how to undo it. */
    long[] takeStamped(Usage[] usages, long cost, long now) {
        long[] stamps = new long[rates.length];
        for (int i = 0; i < rates.length; i++) {
            stamps[i] = usages[i].take(rates[i], cost, now);
        }
        return stamps;
    }

    void giveBack(Usage[] usages, long cost, long[] stamps, long now) {
        for (int i = 0; i < rates.length; i++) {
            usages[i].giveBack(rates[i], cost, stamps[i], now);
        }
    }

    Debt debt(Usage[] usages, long now) {
        List<long[]> ages = new ArrayList<>(rates.length);
        for (int i = 0; i < rates.length; i++) {
            ages.add(usages[i].ages(rates[i], now));
        }
        return new Debt(List.copyOf(ages));
    }

    List<LimitState> states(Usage[] usages, long now) {
        LimitState[] states = new LimitState[rates.length];
        for (int i = 0; i < rates.length; i++) {
            long remaining = usages[i].remaining(rates[i], now);
            states[i] = policy.state(i, remaining, usages[i].untilNext(rates[i], now));
        }
        return List.of(states);
    }
}
