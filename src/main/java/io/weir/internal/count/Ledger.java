package io.weir.internal.count;

import io.weir.Decision;
import io.weir.LimitState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * All that one node knows of one policy and key where counts are shared, or where permits can be
 * given back.
 *
 * <p>Never changed once an {@link Entry} has it: who wants to change it makes a {@link #copy},
 * changes that, and swaps it in.
 */
final class Ledger extends State {

    /** How long a refusal by the shared counts is repeated at most. */
    static final Duration REPEATED_AT_MOST = Duration.ofSeconds(1);

    /** What this node has admitted for certain. */
    Account here;

    /** The permits of calls that the shared counts have not answered yet. */
    long underWay;

    /** What this node has admitted and the shared counts were not told of. */
    @Nullable Account untold;

    /** What it has admitted as one of several nodes. */
    @Nullable Account share;

    /** What the shared counts have refused a moment ago. */
    @Nullable Refusal refusal;

    /** Of the next receipt. */
    long order;

    /** How often it was reset. A receipt of an earlier generation gives nothing back. */
    long generation;

    /** The last permits that were given back, on their way to the shared counts. */
    @Nullable Future<?> returning;

    /** What this node has taken ahead of its calls, once its policy wants that. */
    private @Nullable Lease lease;

    /** For who waits until a call under way ends. */
    @Nullable CountDownLatch waiting;

    /** Since when all that this node admits is known here. */
    private long since;

    Ledger(Usage usage, long now) {
        here = Account.of(usage);
        since = now;
    }

    private Ledger(Ledger other) {
        here = other.here;
        underWay = other.underWay;
        untold = other.untold;
        share = other.share;
        refusal = other.refusal;
        order = other.order;
        generation = other.generation;
        returning = other.returning;
        lease = other.lease;
        waiting = other.waiting;
        since = other.since;
    }

    Ledger copy() {
        return new Ledger(this);
    }

    @Override
    Usage used() {
        return here.used();
    }

    @Override
    int weight() {
        return here.weight()
                + (untold == null ? 0 : untold.weight())
                + (share == null ? 0 : share.weight());
    }

    @Override
    boolean isUnused(long now) {
        return underWay == 0
                && waiting == null
                && here.isUnused(now)
                && (untold == null || untold.isUnused(now))
                && (share == null || share.isUnused(now))
                && (refusal == null || !refusal.lasts(now));
    }

    /** Of a copy: what this node takes ahead by these limits; null: nothing. */
    @Nullable Lease lease(Limits limits, @Nullable Sharing sharing) {
        if (lease == null && limits.lease() > 0 && sharing != null) {
            lease = new Lease(sharing.leases());
        }
        return limits.lease() > 0 ? lease : null;
    }

    /** What a call would be told that needs only what was taken ahead; null: it needs more. */
    @Nullable Decision ahead(Limits limits, long cost, long now) {
        return lease == null ? null : lease.look(limits, cost, now);
    }

    Account untold(Limits limits, long now) {
        return carriedOver(untold, limits, now);
    }

    Account share(Limits limits, long now) {
        return carriedOver(share, limits, now);
    }

    private static Account carriedOver(@Nullable Account known, Limits limits, long now) {
        return known == null ? Account.of(limits.unused(now)) : known.carriedOver(limits, now);
    }

    /** Nothing is known any more but the calls that are under way. */
    Ledger reset(Usage unused, long now) {
        Ledger reset = nextGeneration(now);
        reset.here = Account.of(unused);
        reset.untold = null;
        reset.share = null;
        return reset;
    }

    /**
     * Without what is older than a moment. A bucket cannot tell, and is empty then; a moment before
     * all that is known here changes nothing.
     */
    Ledger forget(long moment, long now) {
        if (moment - since < 0) {
            return this;
        }
        Ledger younger = nextGeneration(moment);
        younger.change(account -> account.since(moment, now));
        return younger;
    }

    private Ledger nextGeneration(long begins) {
        Ledger next = copy();
        next.refusal = null;
        next.lease = null; // what it holds was taken of what is forgotten
        next.generation++;
        next.since = begins;
        return next;
    }

    /** Of a copy: the same change, wherever it is known what is used. */
    void change(UnaryOperator<Account> change) {
        here = change.apply(here);
        untold = untold == null ? null : change.apply(untold);
        share = share == null ? null : change.apply(share);
    }

    /**
     * What the shared counts have refused: repeated until a permit comes back, but for a second at
     * most.
     *
     * @param limits as they were asked
     * @param cost permits that were refused; more are refused, too
     * @param refused the answer
     * @param at when
     * @param nanos for how long it is repeated
     */
    record Refusal(Limits limits, long cost, Decision.Refused refused, long at, long nanos) {

        static Refusal of(Limits limits, long cost, Decision.Refused refused, long now) {
            Duration lasts = shorter(REPEATED_AT_MOST, refused.retryAfter());
            for (LimitState limit : refused.limits()) {
                if (!limit.untilNext().isZero()) { // then the rest of the answer is wrong
                    lasts = shorter(lasts, limit.untilNext());
                }
            }
            return new Refusal(limits, cost, refused, now, lasts.toNanos());
        }

        private static Duration shorter(Duration one, Duration other) {
            return one.compareTo(other) < 0 ? one : other;
        }

        boolean lasts(long now) {
            return now - at < nanos;
        }

        boolean answers(Limits asked, long askedCost, long now) {
            return limits.sameVersion(asked) && askedCost >= cost && lasts(now);
        }

        /** The same refusal, some time later. */
        Decision.Refused later(long now) {
            Duration age = Duration.ofNanos(Math.max(0, now - at));
            List<LimitState> limits = new ArrayList<>(refused.limits().size());
            for (LimitState limit : refused.limits()) {
                Duration next = limit.untilNext();
                limits.add(
                        new LimitState(
                                limit.name(),
                                limit.permits(),
                                limit.window(),
                                limit.remaining(),
                                next.isZero() ? next : next.minus(age)));
            }
            return new Decision.Refused(
                    refused.retryAfter().minus(age), refused.violated(), List.copyOf(limits));
        }
    }
}
