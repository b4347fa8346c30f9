package io.weir.gate;

import io.weir.Decision;
import io.weir.Key;
import io.weir.Policy;
import io.weir.internal.count.Patience;
import io.weir.internal.count.Receipt;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One operation of a client, usually a request with all its dispatches: who asks, what was decided,
 * and what is paid. Edges of one operation share its charges. Thread-safe, because an asynchronous
 * operation changes threads.
 */
public final class Operation {

    private final Runnable onDecision;
    private Caller caller;
    private @Nullable Patience patience;
    private final Map<Charge, Decision> charges = new HashMap<>();
    private final Set<Charge> credits = new HashSet<>();
    private final List<Counted> counted = new ArrayList<>();
    private final List<Reserved> reserved = new ArrayList<>();

    private record Charge(String policy, Key key) {}

    private record Reserved(Policy policy, Receipt receipt) {}

    /**
     * An operation that has met no decision yet.
     *
     * @param caller who asks
     * @param onDecision called after each decision that was added to {@link #counted()}
     */
    public Operation(Caller caller, Runnable onDecision) {
        this.caller = caller;
        this.onDecision = onDecision;
    }

    /**
     * Who asks, as the innermost edge knows it.
     *
     * @return the caller
     */
    public synchronized Caller caller() {
        return caller;
    }

    /**
     * An inner edge knows more of who asks.
     *
     * @param inner the caller from now on
     */
    public synchronized void caller(Caller inner) {
        this.caller = inner;
    }

    /**
     * The decisions met so far, in order; each policy and key once, with its latest decision.
     *
     * @return a copy
     */
    public synchronized List<Counted> counted() {
        return List.copyOf(counted);
    }

    /**
     * The operation has an answer: what only failures cost is given back unless it is one. Called
     * again, it speaks of what was reserved since.
     *
     * @param status the answer's HTTP status
     */
    public void answered(int status) {
        for (Reserved one : taken()) {
            if (one.policy().failures().contains(status)) {
                one.receipt().keep();
            } else {
                one.receipt().giveBack();
            }
        }
    }

    /** The operation has failed without an answer of its own: what it reserved stays taken. */
    public void failed() {
        taken().forEach(one -> one.receipt().keep());
    }

    /**
     * Whether anything will be given back unless the operation fails.
     *
     * @return true as long as that is open
     */
    public synchronized boolean hasReserved() {
        return !reserved.isEmpty();
    }

    private synchronized List<Reserved> taken() {
        List<Reserved> all = List.copyOf(reserved);
        reserved.clear();
        return all;
    }

    /** How long its decisions may still wait, all together. */
    synchronized Patience patience(Supplier<Patience> whole) {
        Patience known = patience;
        if (known == null) {
            known = whole.get();
            patience = known;
        }
        return known;
    }

    /** Keeps what is given back when the operation does not fail. */
    synchronized void reserve(Policy policy, Receipt receipt) {
        if (policy.givesBack()) {
            reserved.add(new Reserved(policy, receipt));
        }
    }

    /** What an edge decided before for this policy and key, or null. */
    synchronized @Nullable Decision charged(Policy policy, Key key) {
        return charges.get(new Charge(policy.name(), key));
    }

    /** An outer edge has charged: the method underneath does not pay again. */
    synchronized void charge(Policy policy, Key key, Decision decision) {
        Charge charge = new Charge(policy.name(), key);
        charges.put(charge, decision);
        if (decision instanceof Decision.Admitted) {
            credits.add(charge);
        }
    }

    /** The method underneath does not pay once, though nobody has. */
    synchronized void excuse(Policy policy, Key key) {
        credits.add(new Charge(policy.name(), key));
    }

    /** Uses up what an outer edge has paid; every further call is an operation of its own. */
    synchronized boolean claim(Policy policy, Key key) {
        return credits.remove(new Charge(policy.name(), key));
    }

    void count(Policy policy, Decision decision) {
        synchronized (this) {
            counted.removeIf(c -> c.policy().name().equals(policy.name()));
            counted.add(new Counted(policy, decision));
        }
        onDecision.run();
    }
}
