package io.weir.internal.guard;

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
    private final Bill bill;
    private Caller caller;
    private @Nullable Patience patience;

    /** Gates of one operation count apart: those of the modules of an EAR. */
    private record Charge(Gate by, String policy, Key key) {}

    private record Reserved(Policy policy, Receipt receipt) {}

    /** What is decided and paid, wherever the operation goes on. Guarded by itself. */
    private static final class Bill {
        final Map<Charge, Decision> charges = new HashMap<>();
        final Set<Charge> credits = new HashSet<>();
        final List<Counted> counted = new ArrayList<>();
        final List<Reserved> reserved = new ArrayList<>();
    }

    /**
     * An operation that has met no decision yet.
     *
     * @param caller who asks
     * @param onDecision called after each decision that was added to {@link #counted()}
     */
    public Operation(Caller caller, Runnable onDecision) {
        this(caller, onDecision, new Bill());
    }

    private Operation(Caller caller, Runnable onDecision, Bill bill) {
        this.caller = caller;
        this.onDecision = onDecision;
        this.bill = bill;
    }

    /**
     * The same operation where its request may be over: who asks is what is known now, nothing is
     * written to the answer any more, and its decisions have a deadline of their own.
     *
     * @return shares what is paid
     */
    public Operation detached() {
        return new Operation(caller().detached(), () -> {}, bill);
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
    public List<Counted> counted() {
        synchronized (bill) {
            return List.copyOf(bill.counted);
        }
    }

    /**
     * The operation has an answer: what only failures cost is given back unless it is one. Called
     * again, it speaks of what was reserved since.
     *
     * @param status the answer's HTTP status
     */
    public void answered(int status) {
        for (Reserved one : taken()) {
            if (one.policy().conduct().failures().contains(status)) {
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
    public boolean hasReserved() {
        synchronized (bill) {
            return !bill.reserved.isEmpty();
        }
    }

    private List<Reserved> taken() {
        synchronized (bill) {
            List<Reserved> all = List.copyOf(bill.reserved);
            bill.reserved.clear();
            return all;
        }
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
    void reserve(Policy policy, Receipt receipt) {
        if (policy.givesBack()) {
            synchronized (bill) {
                bill.reserved.add(new Reserved(policy, receipt));
            }
        }
    }

    /** What an edge decided before for this policy and key, or null. */
    @Nullable Decision charged(Gate by, Policy policy, Key key) {
        synchronized (bill) {
            return bill.charges.get(new Charge(by, policy.name(), key));
        }
    }

    /** An outer edge has charged: the method underneath does not pay again. */
    void charge(Gate by, Policy policy, Key key, Decision decision) {
        Charge charge = new Charge(by, policy.name(), key);
        synchronized (bill) {
            bill.charges.put(charge, decision);
            if (decision instanceof Decision.Admitted) {
                bill.credits.add(charge);
            }
        }
    }

    /** The method underneath does not pay once, though nobody has. */
    void excuse(Gate by, Policy policy, Key key) {
        synchronized (bill) {
            bill.credits.add(new Charge(by, policy.name(), key));
        }
    }

    /** Uses up what an outer edge has paid; every further call is an operation of its own. */
    boolean claim(Gate by, Policy policy, Key key) {
        synchronized (bill) {
            return bill.credits.remove(new Charge(by, policy.name(), key));
        }
    }

    void count(Policy policy, Decision decision) {
        synchronized (bill) {
            bill.counted.removeIf(c -> c.policy().name().equals(policy.name()));
            bill.counted.add(new Counted(policy, decision));
        }
        onDecision.run();
    }
}
