package io.weir.store.failover;

import io.weir.DecidedBy;
import io.weir.Decision;
import io.weir.Key;
import io.weir.Limit;
import io.weir.LimitState;
import io.weir.OnOutage;
import io.weir.Policy;
import io.weir.internal.count.Ledger;
import io.weir.internal.count.Outcome;
import io.weir.internal.count.Receipt;
import io.weir.internal.count.Store;
import io.weir.internal.count.StoreBusyException;
import io.weir.internal.count.StoreUnavailableException;
import io.weir.internal.count.Ticker;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks the primary store, and what the policy says where that cannot decide: a request is always
 * answered. Thread-safe.
 *
 * <p>The stand-in is asked first and told what became of it, so it knows at every moment what this
 * node has admitted. What it refuses stays refused, whatever the primary store has forgotten or was
 * not told: by one node a key is admitted no more than its limit in any window. Only a reset is
 * believed, once a heartbeat has shown that the primary store has lost nothing.
 */
public final class FailoverStore implements Store {

    private static final Duration TRY_AGAIN = Duration.ofSeconds(1);

    /** How far two clocks may be apart at the end of a window: 2 ms and a thousandth of it. */
    private static final Duration APART = Duration.ofMillis(2);

    private static final Decision ADMITTED = new Decision.Admitted(List.of());
    private static final Duration TOLD_WITHIN = Duration.ofSeconds(10);

    private final Store primary;
    private final StandIn standIn;
    private final Breaker breaker;
    private final Doubts doubts;
    private final Moments moments;

    /**
     * A store that fails over.
     *
     * @param primary counts for all nodes and may be unavailable; only asked for once a probe has
     *     succeeded
     * @param standIn counts for this node
     * @param owed keeps what the stand-in has admitted without the primary
     * @param breaker chooses between them
     * @param ticker the clock
     */
    public FailoverStore(
            Store primary, Ledger standIn, Ledger owed, Breaker breaker, Ticker ticker) {
        this.primary = primary;
        this.standIn = new StandIn(standIn, owed, primary::countsDebts);
        this.breaker = breaker;
        this.moments = new Moments(ticker);
        this.doubts = new Doubts(breaker.pulse(), ticker);
    }

    @Override
    public Outcome tryAcquire(Policy policy, Key key, long cost) throws StoreUnavailableException {
        return switch (policy.onOutage()) {
            case LOCAL, LOCAL_SHARE -> withStandIn(policy, key, cost);
            case FAIL_OPEN ->
                    breaker.pauses() ? byRule(ADMITTED) : orElse(ADMITTED, policy, key, cost);
            case FAIL_CLOSED -> orElse(new Decision.Unavailable(TRY_AGAIN), policy, key, cost);
        };
    }

    private Outcome withStandIn(Policy policy, Key key, long cost)
            throws StoreUnavailableException {
        if (!breaker.asksPrimary() || breaker.pauses()) {
            moments.decidedAlone(policy, key);
            return standIn.alone(policy, key, cost, nodes(policy));
        }
        boolean lost = breaker.pulse().countsLostWithin(policy.fullAfter());
        moments.begins(policy, key);
        boolean underWay = true;
        try {
            Outcome here = standIn.take(policy, key, cost, lost ? nodes(policy) : 1);
            if (here.decision() instanceof Decision.Refused refused && standIn.knows(policy, key)) {
                moments.ends(policy, key);
                underWay = false;
                if (lost || moments.decidedAloneWithin(policy, key, policy.fullAfter())) {
                    return here; // the primary does not know of all that this node has admitted
                }
                if (refused.retryAfter().compareTo(apart(policy)) > 0) {
                    Outcome checked = check(policy, key, cost, here, refused);
                    if (checked != null) {
                        return checked;
                    }
                    here = standIn.take(policy, key, cost, 1);
                }
            } else if (here.decision() instanceof Decision.Impossible) {
                return here;
            }
            return withPrimary(policy, key, cost, here);
        } finally {
            if (underWay) {
                moments.ends(policy, key);
            }
        }
    }

    /** Asks the primary store for what the stand-in has admitted, or cannot tell. */
    private Outcome withPrimary(Policy policy, Key key, long cost, Outcome here)
            throws StoreUnavailableException {
        boolean taken = here.decision() instanceof Decision.Admitted;
        try {
            Outcome outcome = primary.tryAcquire(policy, key, cost, standIn.settle(policy, key));
            boolean admitted = outcome.decision() instanceof Decision.Admitted;
            breaker.answered(admitted);
            if (!admitted) {
                here.receipt().giveBack();
                return outcome;
            }
            Receipt ofHere =
                    taken || !standIn.knows(policy, key)
                            ? here.receipt()
                            : standIn.count(policy, key, cost);
            return new Outcome(
                    outcome.decision(),
                    outcome.decidedBy(),
                    () -> {
                        ofHere.giveBack();
                        outcome.receipt().giveBack();
                    });
        } catch (StoreUnavailableException e) {
            failed(e);
        }
        moments.decidedAlone(policy, key);
        if (nodes(policy) == 1) {
            return here;
        }
        here.receipt().giveBack();
        return standIn.take(policy, key, cost, nodes(policy));
    }

    /**
     * Looks whether the primary store agrees with the stand-in's refusal.
     *
     * @return the refusal, or null if the key was reset and is to be asked for anew
     */
    private @Nullable Outcome check(
            Policy policy, Key key, long cost, Outcome here, Decision.Refused refused)
            throws StoreUnavailableException {
        boolean settled = moments.noneUnderWay(policy, key); // before the primary is asked
        List<LimitState> states;
        try {
            states = primary.peek(policy, key);
            breaker.answered(false);
            boolean free = states.stream().allMatch(limit -> limit.remaining() >= cost);
            if (!free) {
                return new Outcome(
                        new Decision.Refused(refused.retryAfter(), refused.violated(), states),
                        DecidedBy.REDIS,
                        Receipt.NOTHING);
            }
            if (settled && doubts.areResolved(policy, key) && primary.remembers()) {
                if (isExplained(policy, key)) {
                    return primary.tryAcquire(policy, key, cost, standIn.tell(policy, key));
                }
                standIn.reset(policy, key);
                return null;
            }
            // One of the two is wrong, and the next heartbeat or the end of a call tells which.
            return new Outcome(
                    new Decision.Refused(
                            shorter(refused.retryAfter(), TRY_AGAIN),
                            refused.violated(),
                            refused.limits()),
                    here.decidedBy(),
                    Receipt.NOTHING);
        } catch (StoreUnavailableException e) {
            failed(e);
            moments.decidedAlone(policy, key);
            return here;
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /**
     * Whether a bucket that the primary has lost, or was not told of, explains what looks like a
     * reset: as long as it is in use it stays as much emptier there. That is told instead, once.
     */
    private boolean isExplained(Policy policy, Key key) {
        Duration time = policy.fullAfter().multipliedBy(2).plus(TOLD_WITHIN);
        return policy.limits().stream().anyMatch(limit -> limit instanceof Limit.TokenBucket)
                && primary.countsDebts(policy)
                && (breaker.pulse().countsLostWithin(time)
                        || moments.decidedAloneWithin(policy, key, time));
    }

    private void failed(StoreUnavailableException e) {
        if (!(e instanceof StoreBusyException)) {
            breaker.failed(e);
        }
    }

    /** Among how many nodes the limits are shared while the primary store is of no help. */
    private int nodes(Policy policy) {
        return policy.onOutage() == OnOutage.LOCAL_SHARE ? breaker.pulse().nodes() : 1;
    }

    private static Duration apart(Policy policy) {
        return APART.plus(policy.fullAfter().dividedBy(1000));
    }

    private Outcome orElse(Decision rule, Policy policy, Key key, long cost) {
        if (breaker.asksPrimary()) {
            try {
                Outcome outcome = primary.tryAcquire(policy, key, cost);
                breaker.answered(outcome.decision() instanceof Decision.Admitted);
                return outcome;
            } catch (StoreUnavailableException e) {
                failed(e);
            }
        }
        return byRule(rule);
    }

    private static Outcome byRule(Decision rule) {
        return new Outcome(rule, DecidedBy.OUTAGE_RULE, Receipt.NOTHING);
    }

    @Override
    public List<LimitState> peek(Policy policy, Key key) throws StoreUnavailableException {
        if (breaker.asksPrimary()) {
            try {
                List<LimitState> states = primary.peek(policy, key);
                breaker.answered(false);
                return states;
            } catch (StoreUnavailableException e) {
                failed(e);
            }
        }
        return standIn.peek(policy, key, nodes(policy));
    }

    /**
     * Forgets in both stores, so that the stand-in does not refuse later what was reset before.
     *
     * @throws StoreUnavailableException if the primary store could not be reached; the stand-in has
     *     forgotten then
     */
    @Override
    public void reset(Policy policy, Key key) throws StoreUnavailableException {
        standIn.reset(policy, key);
        primary.reset(policy, key);
    }
}
