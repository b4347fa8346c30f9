package io.weir.store.failover;

import io.weir.DecidedBy;
import io.weir.Decision;
import io.weir.Key;
import io.weir.LimitState;
import io.weir.Policy;
import io.weir.store.Outcome;
import io.weir.store.Receipt;
import io.weir.store.Store;
import io.weir.store.StoreUnavailableException;
import io.weir.store.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Asks the primary store, and what the policy says where that cannot decide: a request is always
 * answered. Thread-safe.
 */
public final class FailoverStore implements Store {

    private static final Duration TRY_AGAIN = Duration.ofSeconds(1);

    private final Store primary;
    private final Store standIn;
    private final Breaker breaker;
    private final Ticker ticker;
    private volatile @Nullable Decided lastDecided;
    private final ConcurrentMap<String, Undoable> undoables = new ConcurrentHashMap<>();

    /**
     * A store that fails over.
     *
     * @param primary counts for all nodes and may be unavailable; only asked for once a probe has
     *     succeeded
     * @param standIn counts for this node; is always available
     * @param breaker chooses between them
     * @param ticker the clock
     */
    public FailoverStore(Store primary, Store standIn, Breaker breaker, Ticker ticker) {
        this.primary = primary;
        this.standIn = standIn;
        this.breaker = breaker;
        this.ticker = ticker;
    }

    @Override
    public Outcome tryAcquire(Policy policy, Key key, long cost) throws StoreUnavailableException {
        return switch (policy.onOutage()) {
            case LOCAL, LOCAL_SHARE -> withStandIn(policy, key, cost);
            case FAIL_OPEN -> orElse(new Decision.Admitted(List.of()), policy, key, cost);
            case FAIL_CLOSED -> orElse(new Decision.Unavailable(TRY_AGAIN), policy, key, cost);
        };
    }

    /**
     * Takes from the stand-in first, and gives that back if the primary does not admit: so the
     * stand-in knows what this node has admitted, and a call that misses its deadline admits no
     * more than the limit.
     */
    private Outcome withStandIn(Policy policy, Key key, long cost)
            throws StoreUnavailableException {
        Outcome here = standIn.tryAcquire(undoable(policy), key, cost);
        if (!(here.decision() instanceof Decision.Admitted) && hasDecidedWithin(policy)) {
            return here; // the primary does not know of all that this node has admitted
        }
        if (breaker.asksPrimary() && !breaker.pauses()) {
            try {
                Outcome outcome = primary.tryAcquire(policy, key, cost);
                breaker.answered();
                if (!(outcome.decision() instanceof Decision.Admitted)) {
                    here.receipt().giveBack();
                    return outcome;
                }
                return new Outcome(
                        outcome.decision(),
                        outcome.decidedBy(),
                        () -> {
                            here.receipt().giveBack();
                            outcome.receipt().giveBack();
                        });
            } catch (StoreUnavailableException e) {
                breaker.failed(e.getMessage());
            }
        }
        lastDecided = new Decided(ticker.nanoTime());
        return here;
    }

    /** Whether the stand-in has decided anything that still counts for this policy. */
    private boolean hasDecidedWithin(Policy policy) {
        Decided last = lastDecided;
        return last != null && ticker.nanoTime() - last.at() < policy.fullAfter().toNanos();
    }

    /** When the stand-in decided last. */
    private record Decided(long at) {}

    private Outcome orElse(Decision rule, Policy policy, Key key, long cost) {
        if (breaker.asksPrimary()) {
            try {
                Outcome outcome = primary.tryAcquire(policy, key, cost);
                breaker.answered();
                return outcome;
            } catch (StoreUnavailableException e) {
                breaker.failed(e.getMessage());
            }
        }
        return byRule(rule);
    }

    /** The same policy for a store that is to give receipts. */
    @SuppressWarnings("ReferenceEquality") // a changed policy is another one
    private Policy undoable(Policy policy) {
        Undoable known = undoables.get(policy.name());
        if (known == null || known.of() != policy) {
            known = new Undoable(policy, policy.givingBack());
            undoables.put(policy.name(), known);
        }
        return known.policy();
    }

    private record Undoable(Policy of, Policy policy) {}

    private static Outcome byRule(Decision decision) {
        return new Outcome(decision, DecidedBy.OUTAGE_RULE, Receipt.NOTHING);
    }

    @Override
    public List<LimitState> peek(Policy policy, Key key) throws StoreUnavailableException {
        if (breaker.asksPrimary()) {
            try {
                List<LimitState> states = primary.peek(policy, key);
                breaker.answered();
                return states;
            } catch (StoreUnavailableException e) {
                breaker.failed(e.getMessage());
            }
        }
        return standIn.peek(undoable(policy), key);
    }

    /** Forgets in both stores, so that the stand-in does not refuse later what was reset before. */
    @Override
    public void reset(Policy policy, Key key) throws StoreUnavailableException {
        standIn.reset(undoable(policy), key);
        if (breaker.asksPrimary()) {
            primary.reset(policy, key);
        }
    }
}
