package io.weir.internal.guard;

import io.weir.ClientIdentity;
import io.weir.DecidedBy;
import io.weir.Decision;
import io.weir.Edge;
import io.weir.Key;
import io.weir.KeySource;
import io.weir.Mode;
import io.weir.Policy;
import io.weir.internal.count.Outcome;
import io.weir.internal.count.Receipt;
import io.weir.internal.count.Store;
import io.weir.internal.count.Ticker;
import io.weir.internal.count.WaitBudget;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One decision about one policy, as all edges make it: who asks, whether his network decides alone,
 * what the store says, and that it is told. Thread-safe.
 */
final class DecisionMaker {

    static final Outcome PASS =
            new Outcome(new Decision.Admitted(List.of()), DecidedBy.OUTAGE_RULE, Receipt.NOTHING);

    static final Decision DENIED = new Decision.Denied();

    /** What the client's network alone decides. */
    enum Access {
        COUNTED,
        NOT_COUNTED,
        DENIED
    }

    private final Store store;

    /** Of an operation; made once, and not for each decision. */
    private final Supplier<WaitBudget> whole;

    private final CurrentOperation current;
    private final Caller outside;
    private final Consumer<Policy> toNobody;
    private final Watcher watcher;
    private final Ticker ticker;

    DecisionMaker(
            Store store,
            CurrentOperation current,
            Caller outside,
            Consumer<Policy> toNobody,
            Watcher watcher,
            Ticker ticker) {
        this.store = store;
        this.whole = store::budget;
        this.current = current;
        this.outside = outside;
        this.toNobody = toNobody;
        this.watcher = watcher;
        this.ticker = ticker;
    }

    @Nullable Operation operation() {
        return current.operation();
    }

    Caller caller(@Nullable Operation operation) {
        return operation == null ? new Outsider(outside) : operation.caller();
    }

    /** Also tells of who is denied; once in an operation, as all that its edges decide. */
    Access access(
            Policy policy, Terms terms, Caller caller, @Nullable Operation operation, Edge edge) {
        if (policy.mode() == Mode.OFF) {
            return Access.NOT_COUNTED;
        }
        if (terms.denied().isEmpty() && terms.exempt().isEmpty()) {
            return Access.COUNTED;
        }
        ClientIdentity client = caller.client();
        if (!Terms.holds(terms.denied(), client)) {
            return Terms.holds(terms.exempt(), client) ? Access.NOT_COUNTED : Access.COUNTED;
        }
        Key key = Key.of(KeySource.Kind.CLIENT, client.key());
        if (operation == null || operation.charged(this, policy, key) != DENIED) {
            watcher.decided(policy, key, edge, DecidedBy.LOCAL, DENIED, 0);
        }
        if (operation != null) {
            operation.charge(this, policy, key, DENIED);
        }
        return policy.mode() == Mode.OBSERVE ? Access.NOT_COUNTED : Access.DENIED;
    }

    /** Tells of a charge to nobody. */
    void tell(Caller caller, Policy policy) {
        if (caller instanceof Outsider outsider && outsider.isNobody()) {
            toNobody.accept(policy);
        }
    }

    Outcome decide(
            Policy policy,
            Terms terms,
            Key key,
            long cost,
            Edge edge,
            @Nullable Operation operation) {
        WaitBudget budget = operation == null ? store.budget() : operation.budget(whole);
        boolean timed = watcher.times();
        long start = timed ? ticker.nanoTime() : 0;
        Terms.Candidate candidate = terms.candidate();
        Outcome outcome =
                candidate == null || !candidate.isBeside(policy)
                        ? store.tryAcquire(policy, key, cost, budget)
                        : both(policy, candidate, key, cost, budget);
        watcher.decided(
                policy,
                key,
                edge,
                outcome.decidedBy(),
                outcome.decision(),
                timed ? ticker.nanoTime() - start : 0);
        return policy.mode() == Mode.OBSERVE ? observed(outcome) : outcome;
    }

    /** A candidate changes no decision. What an operation gives back is given back to both. */
    private Outcome both(
            Policy policy, Terms.Candidate candidate, Key key, long cost, WaitBudget budget) {
        Store.Both both = store.tryAcquire(policy, candidate.policy(), key, cost, budget);
        Outcome outcome = both.outcome();
        Outcome would = both.candidate();
        boolean refuses = !(would.decision() instanceof Decision.Admitted);
        watcher.asked(policy, candidate, key, cost, refuses);
        if (would.receipt() == Receipt.NOTHING) {
            return outcome;
        }
        boolean goesOn =
                policy.mode() == Mode.OBSERVE || outcome.decision() instanceof Decision.Admitted;
        if (!goesOn) { // what became of it nobody will know
            would.receipt().keep();
            return outcome;
        }
        Receipt receipts = outcome.receipt().and(would.receipt());
        return new Outcome(outcome.decision(), outcome.decidedBy(), receipts);
    }

    /** It passes in any case; what it took is given back as if it were in force. */
    private static Outcome observed(Outcome outcome) {
        return new Outcome(PASS.decision(), outcome.decidedBy(), outcome.receipt());
    }
}
