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
import java.time.Duration;
import java.util.List;

/**
 * Asks the primary store, and what the policy says where that cannot decide: a request is always
 * answered. Thread-safe.
 */
public final class FailoverStore implements Store {

    private static final Duration TRY_AGAIN = Duration.ofSeconds(1);

    private final Store primary;
    private final Store standIn;
    private final Breaker breaker;

    /**
     * A store that fails over.
     *
     * @param primary counts for all nodes and may be unavailable; only asked for once a probe has
     *     succeeded
     * @param standIn counts for this node; is always available
     * @param breaker chooses between them
     */
    public FailoverStore(Store primary, Store standIn, Breaker breaker) {
        this.primary = primary;
        this.standIn = standIn;
        this.breaker = breaker;
    }

    @Override
    public Outcome tryAcquire(Policy policy, Key key, long cost) throws StoreUnavailableException {
        if (breaker.asksPrimary()) {
            try {
                Outcome outcome = primary.tryAcquire(policy, key, cost);
                breaker.answered();
                return outcome;
            } catch (StoreUnavailableException e) {
                breaker.failed(e.getMessage());
            }
        }
        return switch (policy.onOutage()) {
            case LOCAL, LOCAL_SHARE -> standIn.tryAcquire(policy, key, cost);
            case FAIL_OPEN -> byRule(new Decision.Admitted(List.of()));
            case FAIL_CLOSED -> byRule(new Decision.Unavailable(TRY_AGAIN));
        };
    }

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
        return standIn.peek(policy, key);
    }

    /** Forgets in both stores, so that the stand-in does not refuse later what was reset before. */
    @Override
    public void reset(Policy policy, Key key) throws StoreUnavailableException {
        standIn.reset(policy, key);
        if (breaker.asksPrimary()) {
            primary.reset(policy, key);
        }
    }
}
