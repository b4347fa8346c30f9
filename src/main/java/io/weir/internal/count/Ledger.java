package io.weir.internal.count;

import io.weir.Decision;
import io.weir.LimitState;
import io.weir.Policy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * All that one node knows of one policy and key where counts are shared, or where permits can be
 * given back. Immutable: {@link #draft} makes another one.
 */
final class Ledger extends State {

    /** How long a refusal by the shared counts is repeated at most. */
    static final Duration REPEATED_AT_MOST = Duration.ofSeconds(1);

    /** What this node has admitted for certain. */
    final Account here;

    /** The permits of calls that the shared counts have not answered yet. */
    final long underWay;

    /** What this node has admitted and the shared counts were not told of. */
    final @Nullable Account untold;

    /** What it has admitted as one of several nodes. */
    final @Nullable Account share;

    /** What the shared counts have refused a moment ago. */
    final @Nullable Refusal refusal;

    /** Of the next receipt. */
    final long order;

    /** How often it was reset. A receipt of an earlier generation gives nothing back. */
    final long generation;

    /** Since when all that this node admits is known here. */
    final long since;

    /** The last permits that were given back, on their way to the shared counts. */
    final @Nullable Future<?> returning;

    /** For who waits until a call under way ends. */
    final @Nullable CountDownLatch waiting;

    private Ledger(Draft draft) {
        here = draft.here;
        underWay = draft.underWay;
        untold = draft.untold;
        share = draft.share;
        refusal = draft.refusal;
        order = draft.order;
        generation = draft.generation;
        since = draft.since;
        returning = draft.returning;
        waiting = draft.waiting;
    }

    static Ledger of(Usage usage, long now) {
        return new Draft(usage, now).ledger();
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

    Draft draft() {
        return new Draft(this);
    }

    /** Nothing is known any more but the calls that are under way. */
    Ledger reset(Account unused, long now) {
        Draft draft = draft();
        draft.here = unused;
        draft.untold = null;
        draft.share = null;
        return draft.nextGeneration(now).ledger();
    }

    /**
     * Without what is older than a moment. A bucket cannot tell, and is empty then; a moment before
     * all that is known here changes nothing.
     */
    Ledger forget(long moment, long now) {
        if (moment - since < 0) {
            return this;
        }
        Draft draft = draft();
        draft.here = here.since(moment, now);
        draft.untold = untold == null ? null : untold.since(moment, now);
        draft.share = share == null ? null : share.since(moment, now);
        return draft.nextGeneration(moment).ledger();
    }

    /** A ledger that is being changed, by one thread. */
    static final class Draft {
        Account here;
        long underWay;
        @Nullable Account untold;
        @Nullable Account share;
        @Nullable Refusal refusal;
        long order;
        long generation;
        long since;
        @Nullable Future<?> returning;
        @Nullable CountDownLatch waiting;

        private Draft(Usage usage, long now) {
            here = Account.of(usage);
            since = now;
        }

        private Draft(Ledger ledger) {
            here = ledger.here;
            underWay = ledger.underWay;
            untold = ledger.untold;
            share = ledger.share;
            refusal = ledger.refusal;
            order = ledger.order;
            generation = ledger.generation;
            since = ledger.since;
            returning = ledger.returning;
            waiting = ledger.waiting;
        }

        Ledger ledger() {
            return new Ledger(this);
        }

        private Draft nextGeneration(long begins) {
            refusal = null;
            generation++;
            since = begins;
            return this;
        }

        Account untold(Limits limits, long now) {
            Account known = untold;
            return known == null ? Account.of(limits.unused(now)) : known.carriedOver(limits, now);
        }

        Account share(Limits limits, long now) {
            Account known = share;
            return known == null ? Account.of(limits.unused(now)) : known.carriedOver(limits, now);
        }

        /** In as little memory as possible: what is used comes free later, never earlier. */
        void compact(long now) {
            here = here.compact(now);
            untold = untold == null ? null : untold.compact(now);
            share = share == null ? null : share.compact(now);
        }
    }

    /**
     * What the shared counts have refused: repeated until a permit comes back, but for a second at
     * most.
     *
     * @param policy as it was asked
     * @param cost permits that were refused; more are refused, too
     * @param refused the answer
     * @param at when
     * @param nanos for how long it is repeated
     */
    record Refusal(Policy policy, long cost, Decision.Refused refused, long at, long nanos) {

        static Refusal of(Policy policy, long cost, Decision.Refused refused, long now) {
            Duration lasts = shorter(REPEATED_AT_MOST, refused.retryAfter());
            for (LimitState limit : refused.limits()) {
                if (!limit.untilNext().isZero()) { // then the rest of the answer is wrong
                    lasts = shorter(lasts, limit.untilNext());
                }
            }
            return new Refusal(policy, cost, refused, now, lasts.toNanos());
        }

        private static Duration shorter(Duration one, Duration other) {
            return one.compareTo(other) < 0 ? one : other;
        }

        boolean lasts(long now) {
            return now - at < nanos;
        }

        @SuppressWarnings("ReferenceEquality") // a changed policy is another one
        boolean answers(Policy asked, long askedCost, long now) {
            return policy == asked && askedCost >= cost && lasts(now);
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
