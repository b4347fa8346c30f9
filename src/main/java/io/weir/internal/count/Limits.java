package io.weir.internal.count;

import io.weir.CountWhen;
import io.weir.Decision;
import io.weir.Limit;
import io.weir.LimitState;
import io.weir.OnOutage;
import io.weir.Policy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The limits of one version of a policy, as counting sees them: all admit, or none counts.
 * Immutable.
 */
final class Limits {

    private final Policy policy;
    private final Rate[] rates;
    private final Rate first;
    private final List<String> onlyName;
    private final State.@Nullable Single single;
    private final long capacity;
    private final long lease;

    Limits(Policy policy, Calendar calendar) {
        this(policy, rates(policy, calendar));
    }

    private Limits(Policy policy, Rate[] rates) {
        this.policy = policy;
        this.rates = rates;
        this.first = rates[0];
        this.onlyName = List.of(policy.limitName(0));
        this.single = State.Single.of(rates);
        long least = Long.MAX_VALUE;
        for (Rate rate : rates) {
            least = Math.min(least, rate.capacity);
        }
        this.capacity = least;
        this.lease = policy.lease().toNanos();
    }

    /** A bucket is what all nodes have of it; a window is this node's, which counts each use. */
    private static Rate[] rates(Policy policy, Calendar calendar) {
        List<Limit> shared = policy.sharedLimits();
        Rate[] rates = new Rate[shared.size()];
        for (int i = 0; i < rates.length; i++) {
            Limit limit = shared.get(i) instanceof Limit.TokenBucket b ? b : policy.limits().get(i);
            rates[i] = Rate.of(limit, calendar);
        }
        return rates;
    }

    /** The policy itself, for who counts it elsewhere: what is counted here asks this class. */
    Policy policy() {
        return policy;
    }

    @SuppressWarnings("ReferenceEquality") // a changed policy is another one
    boolean areOf(Policy version) {
        return policy == version;
    }

    boolean sameVersion(Limits other) {
        return areOf(other.policy);
    }

    boolean givesBack() {
        return policy.givesBack();
    }

    /** Nanoseconds after which a receipt gives nothing back. */
    long receiptsAreOpenFor() {
        boolean settled = policy.conduct().countWhen() == CountWhen.SETTLED;
        return settled ? Receipt.SETTLED_WITHIN : Long.MAX_VALUE;
    }

    /** Nanoseconds for which permits are taken ahead; 0: never. */
    long lease() {
        return lease;
    }

    OnOutage onOutage() {
        return policy.onOutage();
    }

    Duration fullAfter() {
        return policy.fullAfter();
    }

    /** The most that one call can take. */
    long capacity() {
        return capacity;
    }

    int size() {
        return rates.length;
    }

    /** What an entry holds itself, if these limits are of that kind. */
    State.@Nullable Single single() {
        return single;
    }

    /** The part of one of several nodes. */
    Limits share(int nodes) {
        Rate[] parts = new Rate[rates.length];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = rates[i].share(nodes);
        }
        return new Limits(policy, parts);
    }

    Usage unused(long now) {
        return unused(0, now);
    }

    private Usage unused(int from, long now) {
        return Usage.unused(
                rates[from], from + 1 == rates.length ? null : unused(from + 1, now), now);
    }

    /** Whether this usage was counted by these limits last. */
    boolean counted(Usage usage) {
        if (usage.rate == first && rates.length == 1) {
            return true;
        }
        Usage u = usage;
        for (Rate rate : rates) {
            if (u == null || !u.rate.same(rate)) {
                return false;
            }
            u = u.next;
        }
        return true;
    }

    /** Whether it was counted by so many limits, each of the same kind as these. */
    boolean sameKinds(Usage usage, int limits) {
        Usage u = usage;
        for (Rate rate : rates) {
            if (u == null || !u.rate.sameKind(rate)) {
                return false;
            }
            u = u.next;
        }
        return limits == rates.length;
    }

    /**
     * A usage carried over to these limits: of each kind that there was before the counts go on,
     * and other kinds stay behind them until they are unused.
     */
    Usage carriedOver(Usage usage, long now) {
        if (counted(usage)) {
            return usage;
        }
        @Nullable Usage carried = null;
        for (Usage u = usage; u != null; u = u.next) {
            if (u.isInUse(now) && !has(u.rate)) {
                carried = u.before(carried);
            }
        }
        for (int i = rates.length - 1; i >= 0; i--) {
            Usage before = find(usage, rates[i]);
            carried =
                    before == null
                            ? Usage.unused(rates[i], carried, now)
                            : before.by(rates[i], carried, now);
        }
        return carried == null ? usage : carried;
    }

    private boolean has(Rate kind) {
        for (Rate rate : rates) {
            if (rate.sameKind(kind)) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable Usage find(Usage usage, Rate kind) {
        for (Usage u = usage; u != null; u = u.next) {
            if (u.rate.sameKind(kind)) {
                return u;
            }
        }
        return null;
    }

    /** 0 if all limits admit, else the longest wait. The cost is at most the capacity. */
    long waitFor(Usage usage, long cost, long now) {
        long wait = usage.waitFor(cost, now);
        Usage u = usage.next;
        for (int i = 1; i < rates.length && u != null; i++) {
            wait = Math.max(wait, u.waitFor(cost, now));
            u = u.next;
        }
        return wait;
    }

    /** Whether so much more is free; any cost. */
    boolean hasRoom(Usage usage, long cost, long now) {
        return cost <= capacity && waitFor(usage, cost, now) == 0;
    }

    Usage take(Usage usage, long cost, long now) {
        return rates.length == 1
                ? usage.take(cost, now, usage.next)
                : take(usage, rates.length, cost, now);
    }

    private static Usage take(Usage usage, int limits, long cost, long now) {
        Usage behind = usage.next;
        return usage.take(
                cost,
                now,
                limits == 1 || behind == null ? behind : take(behind, limits - 1, cost, now));
    }

    static Usage plus(Usage usage, Usage other, long now) {
        Usage behind = usage.next;
        Usage others = other.next;
        if (!usage.rate.same(other.rate)) {
            return usage; // limits have changed meanwhile
        }
        return usage.plus(
                other, behind == null || others == null ? behind : plus(behind, others, now), now);
    }

    static Usage compact(Usage usage, long now) {
        return usage.map((one, behind) -> one.compact(behind, now));
    }

    /**
     * What the shared counts are told with a call.
     *
     * @param untold what they do not know of, or null
     * @param here all that this node has admitted
     * @return one for each limit, or none if there is nothing to tell
     */
    List<SharedCounts.Debt> debts(@Nullable Usage untold, Usage here, long now) {
        boolean anything = untold != null && !untold.isUnused(now);
        List<SharedCounts.Debt> debts = new ArrayList<>(rates.length);
        Usage known = here;
        Usage owed = untold;
        for (Rate rate : rates) {
            if (known == null) {
                break;
            }
            anything |= (rate.bucket || rate.periods != null) && known.isInUse(now);
            Usage owes = owed == null ? Usage.unused(rate, null, now) : owed;
            debts.add(owes.debt(known, now));
            known = known.next;
            owed = owed == null ? null : owed.next;
        }
        return anything ? List.copyOf(debts) : List.of();
    }

    /** Nothing is used of the same limits. */
    static Usage unused(Usage usage, long now) {
        return usage.map((one, behind) -> Usage.unused(one.rate, behind, now));
    }

    /** Without what is older than a moment; of what cannot tell, as a bucket, nothing is left. */
    static Usage since(Usage usage, long moment, long now) {
        return usage.map(
                (one, behind) ->
                        one instanceof SlidingLog log
                                ? log.since(moment, behind, now)
                                : Usage.unused(one.rate, behind, now));
    }

    Decision.Refused refusal(Usage usage, long cost, long now, long wait) {
        List<String> violated = violated(usage, cost, now);
        return new Decision.Refused(Duration.ofNanos(wait), violated, states(usage, now));
    }

    /** The names of those that refuse. At least one does. */
    private List<String> violated(Usage usage, long cost, long now) {
        if (rates.length == 1) {
            return onlyName;
        }
        List<String> names = new ArrayList<>(rates.length);
        Usage u = usage;
        for (int i = 0; i < rates.length && u != null; i++) {
            if (cost > u.rate.capacity || u.waitFor(cost, now) > 0) {
                names.add(policy.limitName(i));
            }
            u = u.next;
        }
        return List.copyOf(names);
    }

    /** What is known of each limit, at that moment. */
    List<LimitState> states(Usage usage, long now) {
        return new LimitStates.OfUsage(this, usage, now);
    }

    /** What is known of the only limit, at that moment. */
    List<LimitState> states(State.Single of, long moment, long now) {
        return new LimitStates.OfSingle(this, of, moment, now);
    }

    LimitState state(Usage usage, int index, long now) {
        Usage u = usage;
        for (int i = 0; i < index && u.next != null; i++) {
            u = u.next;
        }
        return u instanceof Quota quota
                ? policy.state(index, quota.length(now), u.remaining(now), u.untilNext(now))
                : policy.state(index, u.remaining(now), u.untilNext(now));
    }

    /** Whether less than a fifth of a limit is left, without making what nobody else asks for. */
    static boolean areNear(List<LimitState> states) {
        if (states instanceof LimitStates own) {
            return own.areNear();
        }
        for (int i = 0; i < states.size(); i++) { // an iterator would be an object
            LimitState state = states.get(i);
            if (state.permits() > 1 && state.remaining() <= (state.permits() - 1) / 5) {
                return true;
            }
        }
        return false;
    }
}
