package io.weir.internal.count;

import io.weir.Decision;
import io.weir.Key;
import io.weir.LimitState;
import java.io.Serializable;
import java.time.Duration;
import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The permits of one key that this node has taken ahead of its calls. Only a key that is asked for
 * often has any, never more than it has used lately, and never more than its part of what is left.
 *
 * <p>What is taken at a time is used until a lease later. The shared counts keep it for the window
 * and a lease ({@link io.weir.Policy#sharedLimits}): what all nodes use within a window was taken
 * within one of theirs, and so is no more than the limit. Each use is counted here, too, at its
 * moment. Thread-safe.
 */
final class Lease {

    /** Permits a second from which on a key is asked for often. */
    private static final long OFTEN = 200;

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final Leases leases;
    private final AtomicBoolean asking = new AtomicBoolean();

    /** Calls of a lease's time, and before it: its number, and permits. */
    private final AtomicLong period = new AtomicLong();

    private final AtomicLong asked = new AtomicLong();

    private volatile @Nullable Grant grant;

    /** What was left for all nodes when they were asked last. */
    private volatile long left;

    Lease(Leases leases) {
        this.leases = leases;
    }

    /** Permits that were taken at once, until they are used, given back, or too old. */
    static final class Grant {
        private final Limits limits;
        private final long size;
        private final long begun;
        private final long end;
        private final List<LimitState> states;
        private final SharedCounts.@Nullable Settlement settlement;
        private final AtomicLong unused;

        Grant(
                Limits limits,
                long size,
                long begun,
                List<LimitState> states,
                SharedCounts.@Nullable Settlement settlement) {
            this.limits = limits;
            this.size = size;
            this.begun = begun;
            this.end = begun + limits.lease();
            this.states = states;
            this.settlement = settlement;
            this.unused = new AtomicLong(size);
        }

        boolean isOver(long now) {
            return now - end >= 0;
        }

        long size() {
            return size;
        }

        long used() {
            return size - unused.get();
        }

        private boolean take(long cost) {
            long before = unused.get();
            while (before >= cost) {
                long found = unused.compareAndExchange(before, before - cost);
                if (found == before) {
                    return true;
                }
                before = found;
            }
            return false;
        }

        /** The permits of a call that is not made after all. */
        void putBack(long cost) {
            unused.addAndGet(cost);
        }

        /** What is left of the key, as far as this node knows: its own part is certain. */
        Decision.Admitted admitted(long now) {
            return new Decision.Admitted(new States(this, unused.get(), now - begun));
        }

        /** Nothing is used of it any more; answers what was not, once. */
        long end() {
            return unused.getAndSet(0);
        }

        @Nullable CompletableFuture<?> giveBack(long permits) {
            return settlement == null ? null : settlement.settle(-permits).toCompletableFuture();
        }
    }

    /** Made when somebody asks for them. */
    private static final class States extends AbstractList<LimitState>
            implements RandomAccess, Serializable {

        private static final long serialVersionUID = 1L;

        private final transient Grant grant;
        private final transient long more;
        private final transient long age;

        States(Grant grant, long more, long age) {
            this.grant = grant;
            this.more = more;
            this.age = age;
        }

        @Override
        public LimitState get(int index) {
            LimitState then = grant.states.get(index);
            Duration next = then.untilNext().minusNanos(age);
            return new LimitState(
                    then.name(),
                    then.permits(),
                    then.window(),
                    Math.min(then.permits(), then.remaining() + more),
                    next.isNegative() ? Duration.ZERO : next);
        }

        @Override
        public int size() {
            return grant.states.size();
        }

        /** Goes over a wire, or to a disk, as an ordinary list. */
        private Object writeReplace() {
            return List.copyOf(this);
        }
    }

    /** Takes permits that this node has; null if it has too few. */
    @Nullable Grant spend(Limits limits, long cost, long now) {
        Grant known = inForce(limits, now);
        return known != null && known.take(cost) ? known : null;
    }

    /** What a call would be told; null if there is too little. */
    @Nullable Decision look(Limits limits, long cost, long now) {
        Grant known = inForce(limits, now);
        return known != null && known.unused.get() >= cost ? known.admitted(now) : null;
    }

    private @Nullable Grant inForce(Limits limits, long now) {
        Grant known = grant;
        return known != null && !known.isOver(now) && known.limits.sameVersion(limits)
                ? known
                : null;
    }

    /** Asks the shared counts for the permits of a call, and for more where that is worth it. */
    SharedCounts.Answer ask(
            SharedCounts counts,
            Limits limits,
            Key key,
            long cost,
            List<SharedCounts.Debt> debts,
            long budget)
            throws StoreUnavailableException {
        long begun = leases.now();
        long more = wanted(limits, cost, begun);
        if (more == 0 || !asking.compareAndSet(false, true)) {
            return heard(counts.take(limits.policy(), key, cost, debts, budget));
        }
        try {
            SharedCounts.Answer answer =
                    counts.take(limits.policy(), key, cost + more, debts, budget);
            if (answer.decision() instanceof Decision.Admitted admitted) {
                Grant before = grant;
                Grant made = new Grant(limits, more, begun, admitted.limits(), answer.settlement());
                grant = made;
                leases.granted(made, before);
                return heard(answer);
            }
            // Others were faster. What comes with a call was counted.
            heard(answer);
            long rest = budget - (leases.now() - begun);
            return heard(counts.take(limits.policy(), key, cost, List.of(), rest));
        } catch (StoreUnavailableException e) {
            throw new StoreUnavailableException(String.valueOf(e.getMessage()), e);
        } finally {
            asking.set(false);
        }
    }

    private SharedCounts.Answer heard(SharedCounts.Answer answer) {
        long least = Long.MAX_VALUE;
        for (LimitState state : answer.decision().limits()) {
            least = Math.min(least, state.remaining());
        }
        left = least;
        return answer;
    }

    /** How many permits to take beside those of a call; 0: none. */
    private long wanted(Limits limits, long cost, long now) {
        long time = limits.lease();
        long often = Math.max(2, time * OFTEN / SECOND);
        long recent = recent(cost, time, now);
        Grant last = grant;
        if (last != null && now - last.end < time) {
            double elapsed = Math.max(1, Math.min(now - last.begun, time));
            recent = Math.max(recent, (long) (last.used() * (time / elapsed)));
        }
        if (recent < often || !leases.areAllowed()) {
            return 0;
        }
        long part = left / (2L * leases.nodes());
        return Math.max(0, Math.min(Math.min(recent, part), limits.capacity() - cost));
    }

    /** The permits asked for in this period, with this call; of the one before if it begins. */
    private long recent(long cost, long time, long now) {
        long number = Math.floorDiv(now, time);
        if (period.getAndSet(number) != number) {
            long before = asked.getAndSet(cost);
            return Math.max(before, cost);
        }
        return asked.addAndGet(cost);
    }
}
