package io.weir.internal.count;

import io.weir.DecidedBy;
import io.weir.Decision;
import io.weir.Key;
import io.weir.LimitState;
import io.weir.OnOutage;
import io.weir.Policy;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Decides with the counts that all nodes share. Thread-safe; always answers.
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
    private final @Nullable Sharing sharing;
    private final Ticker ticker;
    private final Receipts receipts;

    /**
     * What all nodes count, and whether it serves.
     *
     * @param counts what they count
     * @param breaker whether it serves
     */
    record Sharing(SharedCounts counts, Breaker breaker) {}

    /**
     * With or without others.
     *
     * @param sharing null: this JVM counts alone, and owes nobody anything
     */
    Decider(Entries entries, @Nullable Sharing sharing, Ticker ticker) {
        this.entries = entries;
        this.sharing = sharing;
        this.ticker = ticker;
        this.receipts = new Receipts(entries, sharing, ticker);
    }

    Outcome decide(Entries.Table table, Limits limits, Key key, long cost, Patience patience) {
        return new Call(table, limits, key, cost, patience).decide();
    }

    /** One decision; a thread's own. */
    private final class Call {
        private final Entries.Table table;
        private final Limits limits;
        private final Policy policy;
        private final Key key;
        private final long cost;
        private final Patience patience;
        private final OnOutage onOutage;

        private Entry entry;
        private boolean own;

        /** Whether the permits are taken here: not from an entry of others that is full. */
        private boolean taken;

        /** Whether they are taken from the share of this node, too. */
        private boolean ofShare;

        /** What was not told before this call. */
        private @Nullable Account told;

        private SharedCounts.Told telling = SharedCounts.Told.NOTHING;

        /** What was given back of this key and is on its way. */
        private @Nullable Future<?> returning;

        /** What an admission by what is known here says. */
        private @Nullable List<LimitState> known;

        /** Until when it may wait for other calls; set by the first wait. */
        private long waitsUntil;

        private boolean hasWaited;

        Call(Entries.Table table, Limits limits, Key key, long cost, Patience patience) {
            this.table = table;
            this.limits = limits;
            this.policy = limits.policy();
            this.key = key;
            this.cost = cost;
            this.patience = patience;
            this.onOutage = sharing == null ? OnOutage.LOCAL : policy.onOutage();
            this.entry = table.entry(limits, key);
        }

        Outcome decide() {
            Outcome known = begin();
            if (known != null || sharing == null) {
                return Objects.requireNonNull(known);
            }
            return ask(sharing);
        }

        private Outcome ask(Sharing sharing) {
            Breaker breaker = sharing.breaker();
            long asked = ticker.nanoTime();
            try {
                waitForWhatReturns();
                SharedCounts.Answer answer =
                        sharing.counts().take(policy, key, cost, telling, patience.left());
                boolean admitted = answer.decision() instanceof Decision.Admitted;
                breaker.answered(admitted);
                return admitted ? keep(answer) : refusedThere(answer.decision());
            } catch (StoreUnavailableException e) {
                if (!(e instanceof StoreBusyException)) {
                    breaker.failed(e);
                }
                return unanswered(e);
            } catch (RuntimeException e) { // of a client that answers what nobody expects
                StoreUnavailableException unexpected =
                        new StoreUnavailableException(String.valueOf(e), e);
                breaker.failed(unexpected);
                return unanswered(unexpected);
            } finally {
                patience.spend(ticker.nanoTime() - asked);
            }
        }

        /** What was given back before must be there before this call, and may be on another way. */
        private void waitForWhatReturns() throws StoreUnavailableException {
            Future<?> back = returning;
            if (back == null || back.isDone()) {
                return;
            }
            try {
                back.get(patience.left(), TimeUnit.NANOSECONDS);
            } catch (ExecutionException e) {
                // It comes back with time.
            } catch (TimeoutException e) {
                throw new StoreUnavailableException("no answer to what was given back", e, false);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StoreUnavailableException("interrupted", e, false);
            }
        }

        /** Steps 1 to 3; null if the shared counts are to be asked, and the permits are taken. */
        private @Nullable Outcome begin() {
            while (true) {
                long now = ticker.nanoTime();
                Ledger ledger = ledgerOf(now);
                own = table.own(key) == entry;
                Ledger.Refusal refusal = ledger.refusal;
                if (refusal != null && refusal.answers(policy, cost, now)) {
                    return outcome(refusal.later(now), DecidedBy.REDIS);
                }
                Ledger.Draft draft = ledger.draft();
                draft.here = ledger.here.carriedOver(limits, now);
                Usage used = draft.here.used();
                long wait = limits.waitFor(used, cost, now);
                boolean room = wait == 0 && limits.hasRoom(used, ledger.underWay + cost, now);
                boolean alone = !asks();
                if (alone && !room && onOutage == OnOutage.FAIL_OPEN) {
                    return outcome(ADMITTED, DecidedBy.OUTAGE_RULE);
                }
                if (wait > 0 && (own || alone)) {
                    return refused(limits, used, now, wait, by(alone));
                }
                if (alone && onOutage == OnOutage.FAIL_CLOSED) {
                    return outcome(new Decision.Unavailable(TRY_AGAIN), DecidedBy.OUTAGE_RULE);
                }
                if (!room && (own || alone)) {
                    if (waitsForOneToEnd(ledger)) {
                        continue;
                    }
                    return refused(limits, used, now, TRY_AGAIN.toNanos(), by(alone));
                }
                Outcome outcome = alone ? alone(draft, now) : toAsk(draft, room, now);
                if (outcome != null && !taken) {
                    return outcome;
                }
                if (swap(ledger, draft, now)) {
                    if (own || table.own(key) == null) {
                        return outcome;
                    }
                    // The key has an entry of its own by now. What was admitted here stays taken.
                    if (outcome == null) {
                        undo();
                    }
                    entry = table.entry(limits, key);
                }
            }
        }

        /** What the entry knows; it may have been removed, or have counted only what is used. */
        private Ledger ledgerOf(long now) {
            while (true) {
                State state = entry.state(now);
                if (state instanceof Ledger ledger) {
                    return ledger;
                }
                if (state instanceof Usage usage) {
                    Ledger ledger = Ledger.of(usage, now);
                    if (entry.swap(state, ledger)) {
                        return ledger;
                    }
                } else {
                    entry = table.entry(limits, key);
                }
            }
        }

        private boolean asks() {
            return sharing != null
                    && sharing.breaker().asksPrimary()
                    && (onOutage == OnOutage.FAIL_CLOSED || !sharing.breaker().pauses())
                    && patience.left() > 0;
        }

        private boolean tells() {
            return own && sharing != null && sharing.counts().countsWhatItIsTold(policy);
        }

        private int nodes() {
            return sharing == null ? 1 : sharing.breaker().nodes();
        }

        /** Step 3. The outcome holds if the draft becomes the state, or if nothing was taken. */
        private Outcome alone(Ledger.Draft draft, long now) {
            taken = false;
            if (onOutage == OnOutage.LOCAL_SHARE) {
                Outcome refused = takeShare(draft, now);
                if (refused != null) {
                    return refused;
                }
            }
            taken = true;
            return admittedHere(draft, true, now);
        }

        /** Takes from the share of this node; what it refuses with is the answer. */
        private @Nullable Outcome takeShare(Ledger.Draft draft, long now) {
            Limits part = limits.share(nodes());
            Account share = draft.share(part, now);
            Usage used = share.used();
            if (cost > part.capacity()) { // possible again when the outage is over
                return refused(part, used, now, TRY_AGAIN.toNanos());
            }
            long wait = part.waitFor(used, cost, now);
            if (wait > 0) {
                return refused(part, used, now, wait);
            }
            draft.share = take(share, part, draft, now);
            known = part.states(draft.share.used(), now);
            return null;
        }

        private Account take(Account account, Limits by, Ledger.Draft draft, long now) {
            return policy.givesBack()
                    ? account.take(by, cost, now, draft.order)
                    : account.take(by, cost, now);
        }

        /** Step 4, the first half: the permits are under way from now on. */
        private @Nullable Outcome toAsk(Ledger.Draft draft, boolean room, long now) {
            taken = room;
            ofShare =
                    onOutage == OnOutage.LOCAL_SHARE
                            && sharing != null
                            && sharing.breaker().pulse().countsLostWithin(policy.fullAfter());
            if (ofShare) {
                Limits part = limits.share(nodes());
                Usage used = draft.share(part, now).used();
                if (!part.hasRoom(used, draft.underWay + cost, now)) {
                    taken = false;
                    long wait = cost > part.capacity() ? 0 : part.waitFor(used, cost, now);
                    return refused(part, used, now, wait == 0 ? TRY_AGAIN.toNanos() : wait);
                }
            }
            draft.underWay += taken ? cost : 0;
            returning = draft.returning;
            if (returning != null && returning.isDone()) {
                draft.returning = null;
            }
            told = null;
            telling = SharedCounts.Told.NOTHING;
            if (tells()) {
                told = draft.untold == null ? null : draft.untold.carriedOver(limits, now);
                draft.untold = null;
                telling = limits.told(told == null ? null : told.used(), draft.here.used(), now);
            }
            return null;
        }

        private Outcome keep(SharedCounts.Answer answer) {
            while (true) {
                Ledger ledger = ledger();
                long now = ticker.nanoTime();
                Ledger.Draft draft = ended(ledger, now);
                if (taken) {
                    draft.here = take(draft.here, limits, draft, now);
                    if (ofShare) {
                        Limits part = limits.share(nodes());
                        draft.share = take(draft.share(part, now), part, draft, now);
                    }
                }
                Receipt receipt = receipt(draft, answer.slip());
                if (swap(ledger, draft, now)) {
                    return new Outcome(answer.decision(), DecidedBy.REDIS, receipt);
                }
            }
        }

        private Outcome refusedThere(Decision decision) {
            while (true) {
                Ledger ledger = ledger();
                long now = ticker.nanoTime();
                Ledger.Draft draft = ended(ledger, now);
                if (own && decision instanceof Decision.Refused refused) {
                    // Now, not when it was asked: a wait that is told too short is refused again.
                    draft.refusal = Ledger.Refusal.of(policy, cost, refused, now);
                }
                if (swap(ledger, draft, now)) {
                    return outcome(decision, DecidedBy.REDIS);
                }
            }
        }

        private Outcome unanswered(StoreUnavailableException e) {
            boolean untold = !e.mayHaveCounted();
            while (true) {
                Ledger ledger = ledger();
                long now = ticker.nanoTime();
                Ledger.Draft draft = ended(ledger, now);
                if (untold && told != null) {
                    draft.untold = draft.untold(limits, now).plus(told, now);
                }
                Outcome outcome = withoutAnswer(draft, untold, now);
                if (swap(ledger, draft, now)) {
                    return outcome;
                }
            }
        }

        /** The call has ended without an answer, and is no longer under way in this draft. */
        private Outcome withoutAnswer(Ledger.Draft draft, boolean untold, long now) {
            if (onOutage == OnOutage.FAIL_CLOSED) {
                return outcome(new Decision.Unavailable(TRY_AGAIN), DecidedBy.OUTAGE_RULE);
            }
            if (!taken) {
                Usage used = draft.here.used();
                return onOutage == OnOutage.FAIL_OPEN
                        ? outcome(ADMITTED, DecidedBy.OUTAGE_RULE)
                        : refused(limits, used, now, longest(used, now));
            }
            if (onOutage == OnOutage.LOCAL_SHARE) {
                Outcome refused = takeShare(draft, now);
                if (refused != null) {
                    return refused;
                }
            }
            return admittedHere(draft, untold, now);
        }

        /** Keeps what was taken, and answers with what is known here. */
        private Outcome admittedHere(Ledger.Draft draft, boolean untold, long now) {
            draft.here = take(draft.here, limits, draft, now);
            if (untold && tells()) {
                draft.untold = take(draft.untold(limits, now), limits, draft, now);
            }
            List<LimitState> states = known == null ? limits.states(draft.here.used(), now) : known;
            Receipt receipt = receipt(draft, null);
            return onOutage == OnOutage.FAIL_OPEN
                    ? new Outcome(ADMITTED, DecidedBy.OUTAGE_RULE, receipt)
                    : new Outcome(new Decision.Admitted(states), DecidedBy.LOCAL, receipt);
        }

        private Receipt receipt(Ledger.Draft draft, SharedCounts.@Nullable Slip slip) {
            return policy.givesBack() && taken
                    ? receipts.open(entry, policy, key, draft, slip)
                    : Receipt.NOTHING;
        }

        /** The state without this call. */
        private Ledger.Draft ended(Ledger ledger, long now) {
            Ledger.Draft draft = ledger.draft();
            draft.here = ledger.here.carriedOver(limits, now);
            draft.underWay -= taken ? cost : 0;
            return draft;
        }

        /** Of a call that is under way, or has just been admitted: its entry is not removed. */
        private Ledger ledger() {
            return Objects.requireNonNull(entry.ledger());
        }

        private void undo() {
            boolean again = taken;
            while (again) {
                long now = ticker.nanoTime();
                Ledger ledger = ledger();
                again = !swap(ledger, ended(ledger, now), now);
            }
        }

        /** Swaps, in as little memory as there is, and wakes who waits for the end of a call. */
        private boolean swap(Ledger ledger, Ledger.Draft draft, long now) {
            return entries.swap(entry, ledger, draft, now);
        }

        /** Waits until a call of this key has ended; false if there is no time left. */
        private boolean waitsForOneToEnd(Ledger ledger) {
            long begun = ticker.nanoTime();
            if (!hasWaited) {
                hasWaited = true;
                waitsUntil = begun + patience.left();
            }
            if (ledger.underWay == 0 || waitsUntil - begun <= 0) {
                return false;
            }
            CountDownLatch latch = ledger.waiting;
            if (latch == null) {
                Ledger.Draft draft = ledger.draft();
                latch = new CountDownLatch(1);
                draft.waiting = latch;
                if (!entry.swap(ledger, draft.ledger())) {
                    return true;
                }
            }
            try {
                return latch.await(waitsUntil - begun, TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            } finally {
                patience.spend(ticker.nanoTime() - begun);
            }
        }

        /** Of what is refused for calls under way: as if they were admitted now. */
        private long longest(Usage used, long now) {
            long wait = limits.waitFor(used, cost, now);
            return wait > 0 ? wait : TRY_AGAIN.toNanos();
        }

        /** While they serve, what is certain here is what the shared counts have said. */
        private DecidedBy by(boolean alone) {
            return alone ? DecidedBy.LOCAL : DecidedBy.REDIS;
        }

        private Outcome refused(Limits of, Usage used, long now, long wait) {
            return refused(of, used, now, wait, DecidedBy.LOCAL);
        }

        private Outcome refused(Limits of, Usage used, long now, long wait, DecidedBy by) {
            List<String> violated = of.violated(used, cost, now);
            return outcome(
                    new Decision.Refused(Duration.ofNanos(wait), violated, of.states(used, now)),
                    by);
        }

        private Outcome outcome(Decision decision, DecidedBy by) {
            return new Outcome(decision, by, Receipt.NOTHING);
        }
    }
}
