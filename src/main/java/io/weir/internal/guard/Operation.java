package io.weir.internal.guard;

import io.weir.Decision;
import io.weir.Key;
import io.weir.Mode;
import io.weir.OnRefusal;
import io.weir.Policy;
import io.weir.internal.count.WaitBudget;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One operation of a client, usually a request with all its dispatches: who asks, what was decided,
 * and what is paid. Edges of one operation share its charges. Thread-safe, because an asynchronous
 * operation changes threads.
 */
public class Operation {

    private final Caller caller;
    private final Bill bill;
    private @Nullable WaitBudget budget;

    /** Gates of one operation count apart: those of the modules of an EAR. */
    private record Charge(DecisionMaker by, String policy, Key key) {}

    /** What an edge has decided, or null, and whether a call underneath is paid with that. */
    private static final class Charged {
        @Nullable Decision decision;
        boolean credit;
    }

    /** What is decided and paid, wherever the operation goes on. Guarded by itself. */
    private static final class Bill {
        final Map<Charge, Charged> charges = new HashMap<>();
        final List<PolicyDecision> decisions = new ArrayList<>();
        final PendingCharges pending = new PendingCharges();

        Charged charged(DecisionMaker by, Policy policy, Key key) {
            return charges.computeIfAbsent(
                    new Charge(by, policy.name(), key), none -> new Charged());
        }
    }

    /**
     * An operation that has met no decision yet.
     *
     * @param caller who asks
     */
    public Operation(Caller caller) {
        this(caller, new Bill());
    }

    private Operation(Caller caller, Bill bill) {
        this.caller = caller;
        this.bill = bill;
    }

    /**
     * The same operation where its request may be over: who asks is what is known now, nothing is
     * written to the answer any more, and its decisions have a deadline of their own.
     *
     * @return shares what is paid
     */
    public Operation detached() {
        return new Operation(caller().detached(), bill);
    }

    /**
     * Who asks, as the innermost edge knows it.
     *
     * @return the caller
     */
    public Caller caller() {
        return caller;
    }

    /** A decision was added to {@link #decisions()}. */
    protected void decided() {
        // Where there is no answer, nobody is to be told.
    }

    /**
     * The decisions met so far, in order; each policy once, with its latest decision.
     *
     * @return a copy, without what no answer tells: policies that cannot refuse
     */
    public List<PolicyDecision> decisions() {
        synchronized (bill) {
            return List.copyOf(bill.decisions);
        }
    }

    /**
     * What the operation gives back unless it fails.
     *
     * @return empty as long as nothing of the kind was taken
     */
    public PendingCharges pending() {
        return bill.pending;
    }

    /** How long its decisions may still wait, all together. */
    synchronized WaitBudget budget(Supplier<WaitBudget> whole) {
        WaitBudget known = budget;
        if (known == null) {
            known = whole.get();
            budget = known;
        }
        return known;
    }

    /** What an edge decided before for this policy and key, or null. */
    @Nullable Decision charged(DecisionMaker by, Policy policy, Key key) {
        synchronized (bill) {
            return bill.charged(by, policy, key).decision;
        }
    }

    /** An outer edge has charged: the method underneath does not pay again. */
    void charge(DecisionMaker by, Policy policy, Key key, Decision decision) {
        synchronized (bill) {
            Charged charged = bill.charged(by, policy, key);
            charged.decision = decision;
            charged.credit |= decision instanceof Decision.Admitted;
        }
    }

    /** The method underneath does not pay once, though nobody has. */
    void excuse(DecisionMaker by, Policy policy, Key key) {
        synchronized (bill) {
            bill.charged(by, policy, key).credit = true;
        }
    }

    /** Uses up what an outer edge has paid; every further call is an operation of its own. */
    boolean claim(DecisionMaker by, Policy policy, Key key) {
        synchronized (bill) {
            Charged charged = bill.charges.get(new Charge(by, policy.name(), key));
            boolean paid = charged != null && charged.credit;
            if (charged != null) {
                charged.credit = false;
            }
            return paid;
        }
    }

    /** Keeps a decision for the answer, if its policy can refuse. */
    void tell(Policy policy, Decision decision) {
        if (policy.mode() == Mode.ENFORCE && policy.onRefusal() == OnRefusal.THROW) {
            synchronized (bill) {
                bill.decisions.removeIf(d -> d.policy().name().equals(policy.name()));
                bill.decisions.add(new PolicyDecision(policy, decision));
            }
            decided();
        }
    }
}
