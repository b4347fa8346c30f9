package io.weir.internal.guard;

import io.weir.Policy;
import io.weir.internal.count.Receipt;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What an operation, or one call, has taken and gives back unless it fails. Each ending speaks of
 * what was taken since the last one. Thread-safe.
 */
public final class PendingCharges {

    /** Of who has nothing to give back; nothing is added to it. */
    static final PendingCharges NONE = new PendingCharges();

    private final List<Charge> charges = new ArrayList<>(0);

    private record Charge(Policy policy, Receipt receipt) {}

    PendingCharges() {}

    void add(Policy policy, Receipt receipt) {
        if (policy.givesBack()) {
            synchronized (charges) {
                charges.add(new Charge(policy, receipt));
            }
        }
    }

    /**
     * Whether nothing is left to be given back, or kept.
     *
     * @return false as long as that is open for something
     */
    public boolean isEmpty() {
        if (this == NONE) { // nearly always, and all threads have the same
            return true;
        }
        synchronized (charges) {
            return charges.isEmpty();
        }
    }

    /** It has not failed. */
    public void succeeded() {
        end(policy -> false);
    }

    /** It has failed, without an answer of its own: what it took stays taken. */
    public void failed() {
        end(policy -> true);
    }

    /**
     * It has an answer, of which each policy says whether that is a failure.
     *
     * @param status the answer's HTTP status
     */
    public void answered(int status) {
        end(policy -> policy.conduct().failures().contains(status));
    }

    private void end(Predicate<Policy> failed) {
        List<Charge> ended;
        synchronized (charges) {
            ended = List.copyOf(charges);
            charges.clear();
        }
        for (Charge charge : ended) {
            if (failed.test(charge.policy())) {
                charge.receipt().keep();
            } else {
                charge.receipt().giveBack();
            }
        }
    }
}
