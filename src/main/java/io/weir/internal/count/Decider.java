package io.weir.internal.count;

import io.weir.DecidedBy;
import io.weir.Decision;
import io.weir.Key;
import io.weir.LimitState;
import io.weir.OnOutage;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Makes one decision with the counts that all nodes share; always answers. A thread's own.
 *
 * <ol>
 *   <li>What was refused a moment ago is refused again.
 *   <li>Permits are taken in this JVM first. What the permits of its own that are certain refuse is
 *       refused, whatever the shared counts have forgotten. What only calls under way refuse is
 *       looked at again when one of them has ended.
 *   <li>If the shared counts do not serve, the policy says what that means, and what was admitted
 *       is kept for them.
 *   <li>Else they are asked, and told what they do not know. What they admit is kept; what they
 *       refuse is given back here; what they do not answer is decided by what is known here.
 * </ol>
 *
 * <p>So one node admits no more than the limit in any window, since the last reset that it has
 * read. An admission is certain, and its time begins, when the answer is there: it comes free here
 * no sooner than in the shared counts, and who waits as long as he was told is admitted by both.
 */
final class Decider {

    private static final Duration TRY_AGAIN = Duration.ofSeconds(1);
    private static final Decision ADMITTED = new Decision.Admitted(List.of());

    private final Entries entries;
    final Ticker ticker;
    private final @Nullable Sharing sharing;
    private final Entries.PolicyEntries policyEntries;
    private final Limits limits;
    private final Key key;
    private final long cost;
    final WaitBudget budget;
    private final Waits waits;
    private final OnOutage onOutage;
    private Entry entry;
    private boolean own;

    /** Whether the permits are taken here: not from an entry of others that is full. */
    private boolean taken;

    /** Whether they are taken from the share of this node, too. */
    private boolean ofShare;

    /** What was not told before this call. */
    private @Nullable Account told;

    private List<SharedCounts.Debt> debts = List.of();

    /** Why the shared counts do not decide, if they do not. */
    OutageCounters.Reason reason = OutageCounters.Reason.FAILED;

    /** What was given back of this key and is on its way. */
    private @Nullable Future<?> returning;

    /** Where permits are taken ahead. */
    private @Nullable Lease lease;

    /** What was decided for it beside another. */
    @Nullable Outcome besides;

    /** What an admission by what is known here says. */
    private @Nullable List<LimitState> known;

    /** What becomes of the state, and of the decision, when the call is under way no longer. */
    private interface Ending<T> {
        T in(Ledger ledger, long now);
    }

    /**
     * With or without others.
     *
     * @param sharing null: this JVM counts alone, and owes nobody anything
     */
    Decider(
            Entries.PolicyEntries policyEntries,
            @Nullable Sharing sharing,
            Limits limits,
            Key key,
            long cost,
            WaitBudget budget) {
        this.entries = policyEntries.entries();
        this.ticker = entries.ticker();
        this.sharing = sharing;
        this.policyEntries = policyEntries;
        this.limits = limits;
        this.key = key;
        this.cost = cost;
        this.budget = budget;
        this.waits = new Waits(ticker, budget);
        this.onOutage = sharing == null ? OnOutage.LOCAL : limits.onOutage();
        this.entry = policyEntries.entry(limits, key);
    }

    /** Steps 1 to 3; null if the shared counts are to be asked, and the permits are taken. */
    @Nullable Outcome begin() {
        while (true) {
            long now = ticker.nanoTime();
            Ledger before = ledgerOf(now);
            own = policyEntries.own(key) == entry;
            Ledger.Refusal refusal = before.refusal;
            if (refusal != null && refusal.answers(limits, cost, now)) {
                return Outcome.of(refusal.later(now), DecidedBy.REDIS);
            }
            Ledger ledger = before.copy();
            ledger.here = before.here.carriedOver(limits, now);
            Usage used = ledger.here.used();
            long wait = limits.waitFor(used, cost, now);
            boolean room = wait == 0 && limits.hasRoom(used, before.underWay + cost, now);
            lease = room && own ? ledger.lease(limits, sharing) : null;
            Lease.Grant ahead = lease == null ? null : lease.spend(limits, cost, now);
            if (ahead != null) {
                ledger.here = take(ledger.here, limits, ledger, now);
                if (entries.swap(entry, before, ledger, now)) {
                    return Outcome.of(ahead.admitted(now), DecidedBy.REDIS);
                }
                ahead.putBack(cost);
                continue;
            }
            boolean alone = !asks();
            switch (Step.of(onOutage, alone, own, wait, room)) {
                case ADMIT_BY_RULE -> {
                    return Outcome.of(ADMITTED, DecidedBy.OUTAGE_RULE);
                }
                case REFUSE -> {
                    return refused(limits, used, now, wait, by(alone));
                }
                case UNAVAILABLE -> {
                    return Outcome.of(new Decision.Unavailable(TRY_AGAIN), DecidedBy.OUTAGE_RULE);
                }
                case FULL -> {
                    if (waits.forCallUnderWay(entry, before)) {
                        continue;
                    }
                    return refused(limits, used, now, TRY_AGAIN.toNanos(), by(alone));
                }
                case ALONE, ASK -> {} // something is taken, below
            }
            Outcome outcome = alone ? alone(ledger, now) : toAsk(ledger, room, now);
            if (outcome != null && !taken) {
                return outcome;
            }
            if (entries.swap(entry, before, ledger, now)) {
                if (own || policyEntries.own(key) == null) {
                    return outcome;
                }
                // The key has an entry of its own by now. What was admitted here stays taken.
                if (outcome == null && taken) {
                    end((ended, at) -> true);
                }
                entry = policyEntries.entry(limits, key);
            }
        }
    }

    /** What the entry knows; it may have been removed. */
    private Ledger ledgerOf(long now) {
        Ledger ledger = entry.toLedger(now);
        while (ledger == null) {
            entry = policyEntries.entry(limits, key);
            ledger = entry.toLedger(now);
        }
        return ledger;
    }

    private boolean asks() {
        OutageCounters.Reason not = sharing == null ? null : sharing.unasked(onOutage, budget);
        reason = not == null ? reason : not;
        return sharing != null && not == null;
    }

    private boolean tells() {
        return own && sharing != null && sharing.countsDebts(limits);
    }

    private Limits part() {
        return limits.share(sharing == null ? 1 : sharing.breaker().nodes());
    }

    /** Step 3. The outcome holds if the ledger becomes the state, or if nothing was taken. */
    private Outcome alone(Ledger ledger, long now) {
        taken = false;
        if (onOutage == OnOutage.LOCAL_SHARE) {
            Outcome refused = takeShare(ledger, now);
            if (refused != null) {
                return refused;
            }
        }
        taken = true;
        return admittedHere(ledger, true, now);
    }

    /** Takes from the share of this node; what it refuses with is the answer. */
    private @Nullable Outcome takeShare(Ledger ledger, long now) {
        Limits part = part();
        Account share = ledger.share(part, now);
        Usage used = share.used();
        if (cost > part.capacity()) { // possible again when the outage is over
            return refused(part, used, now, TRY_AGAIN.toNanos(), DecidedBy.LOCAL);
        }
        long wait = part.waitFor(used, cost, now);
        if (wait > 0) {
            return refused(part, used, now, wait, DecidedBy.LOCAL);
        }
        ledger.share = take(share, part, ledger, now);
        known = part.states(ledger.share.used(), now);
        return null;
    }

    private Account take(Account account, Limits by, Ledger ledger, long now) {
        return limits.givesBack()
                ? account.take(by, cost, now, ledger.order)
                : account.take(by, cost, now);
    }

    /** Step 4, the first half: the permits are under way from now on. */
    private @Nullable Outcome toAsk(Ledger ledger, boolean room, long now) {
        taken = room;
        ofShare =
                onOutage == OnOutage.LOCAL_SHARE
                        && sharing != null
                        && sharing.breaker().countsLostWithin(limits.fullAfter());
        if (ofShare) {
            Limits part = part();
            Usage used = ledger.share(part, now).used();
            if (!part.hasRoom(used, ledger.underWay + cost, now)) {
                taken = false;
                reason = OutageCounters.Reason.LOST_COUNTS;
                long wait = cost > part.capacity() ? 0 : part.waitFor(used, cost, now);
                return refused(part, used, now, orTryAgain(wait), DecidedBy.LOCAL);
            }
        }
        ledger.underWay += taken ? cost : 0;
        returning = ledger.returning;
        if (returning != null && returning.isDone()) {
            ledger.returning = null;
        }
        told = null;
        debts = List.of();
        if (tells()) {
            told = ledger.untold == null ? null : ledger.untold.carriedOver(limits, now);
            ledger.untold = null;
            debts = limits.debts(told == null ? null : told.used(), ledger.here.used(), now);
        }
        return null;
    }

    /** Asks the shared counts, once what was given back is there. */
    SharedCounts.Answer ask(SharedCounts counts) throws StoreUnavailableException {
        waits.forGivenBack(returning);
        return lease == null
                ? counts.take(limits.policy(), key, cost, debts, budget.left())
                : lease.ask(counts, limits, key, cost, debts, budget.left());
    }

    /** What it would ask the shared counts for, beside another. */
    SharedCounts.Taking question() throws StoreUnavailableException {
        waits.forGivenBack(returning);
        return new SharedCounts.Taking(limits.policy(), key, cost, debts);
    }

    /** Step 4, the second half: what the shared counts have said, or why they have not. */
    Outcome end(SharedCounts.@Nullable Answer answer, @Nullable StoreUnavailableException why) {
        if (answer == null) {
            return unanswered(why != null && !why.mayHaveCounted());
        }
        boolean admitted = answer.decision() instanceof Decision.Admitted;
        return admitted ? keep(answer) : refusedThere(answer.decision());
    }

    private Outcome keep(SharedCounts.Answer answer) {
        return end(
                (ledger, now) -> {
                    if (taken) {
                        ledger.here = take(ledger.here, limits, ledger, now);
                        if (ofShare) {
                            Limits part = part();
                            ledger.share = take(ledger.share(part, now), part, ledger, now);
                        }
                    }
                    Receipt receipt = receipt(ledger, answer.settlement());
                    return new Outcome(answer.decision(), DecidedBy.REDIS, receipt);
                });
    }

    private Outcome refusedThere(Decision decision) {
        return end(
                (ledger, now) -> {
                    if (own && decision instanceof Decision.Refused refused) {
                        // Now, not when it was asked: a wait told too short is refused again.
                        ledger.refusal = Ledger.Refusal.of(limits, cost, refused, now);
                    }
                    return Outcome.of(decision, DecidedBy.REDIS);
                });
    }

    private Outcome unanswered(boolean untold) {
        return end(
                (ledger, now) -> {
                    if (untold && told != null) {
                        ledger.untold = ledger.untold(limits, now).plus(told, now);
                    }
                    return withoutAnswer(ledger, untold, now);
                });
    }

    /** The call has ended without an answer, and is no longer under way in this ledger. */
    private Outcome withoutAnswer(Ledger ledger, boolean untold, long now) {
        if (onOutage == OnOutage.FAIL_CLOSED) {
            return Outcome.of(new Decision.Unavailable(TRY_AGAIN), DecidedBy.OUTAGE_RULE);
        }
        if (!taken) {
            // Refused for calls under way: as if they were admitted now.
            Usage used = ledger.here.used();
            long wait = orTryAgain(limits.waitFor(used, cost, now));
            return onOutage == OnOutage.FAIL_OPEN
                    ? Outcome.of(ADMITTED, DecidedBy.OUTAGE_RULE)
                    : refused(limits, used, now, wait, DecidedBy.LOCAL);
        }
        if (onOutage == OnOutage.LOCAL_SHARE) {
            Outcome refused = takeShare(ledger, now);
            if (refused != null) {
                return refused;
            }
        }
        return admittedHere(ledger, untold, now);
    }

    /** Keeps what was taken, and answers with what is known here. */
    private Outcome admittedHere(Ledger ledger, boolean untold, long now) {
        ledger.here = take(ledger.here, limits, ledger, now);
        if (untold && tells()) {
            ledger.untold = take(ledger.untold(limits, now), limits, ledger, now);
        }
        List<LimitState> states = known == null ? limits.states(ledger.here.used(), now) : known;
        Receipt receipt = receipt(ledger, null);
        return onOutage == OnOutage.FAIL_OPEN
                ? new Outcome(ADMITTED, DecidedBy.OUTAGE_RULE, receipt)
                : new Outcome(new Decision.Admitted(states), DecidedBy.LOCAL, receipt);
    }

    private Receipt receipt(Ledger ledger, SharedCounts.@Nullable Settlement shared) {
        return limits.givesBack() && taken
                ? new LedgerReceipt(entries, entry, ledger, limits, cost, sharing, shared)
                : Receipt.NOTHING;
    }

    /** The state without this call; its entry is not removed while a call is under way. */
    private <T> T end(Ending<T> ending) {
        while (true) {
            Ledger before = Objects.requireNonNull(entry.ledger());
            long now = ticker.nanoTime();
            Ledger ledger = before.copy();
            ledger.here = before.here.carriedOver(limits, now);
            ledger.underWay -= taken ? cost : 0;
            T ended = ending.in(ledger, now);
            if (entries.swap(entry, before, ledger, now)) {
                return ended;
            }
        }
    }

    private static long orTryAgain(long wait) {
        return wait > 0 ? wait : TRY_AGAIN.toNanos();
    }

    /** While they serve, what is certain here is what the shared counts have said. */
    private DecidedBy by(boolean alone) {
        return alone ? DecidedBy.LOCAL : DecidedBy.REDIS;
    }

    private Outcome refused(Limits of, Usage used, long now, long wait, DecidedBy by) {
        return Outcome.of(of.refusal(used, cost, now, wait), by);
    }
}
