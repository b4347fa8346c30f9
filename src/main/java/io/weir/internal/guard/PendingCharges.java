package io.weir.internal.guard;

import io.weir.CountWhen;
import io.weir.Policy;
import io.weir.Settled;
import io.weir.internal.count.Receipt;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What an operation, or one call, has taken and gives back unless it fails. Each ending speaks of
 * what was taken since the last one. Thread-safe.
 */
public final class PendingCharges {

    /** Of who has nothing to give back; nothing is added to it. */
    static final PendingCharges NONE = new PendingCharges();

    private final List<Charge> charges = new ArrayList<>(0);

    private record Charge(Policy policy, Receipt receipt, Keys.Failures failures) {

        void settle(@Nullable Object result) {
            if (result instanceof Settled settled) {
                try {
                    receipt.settle(Math.max(0, settled.actualCost()));
                    return;
                } catch (RuntimeException | LinkageError e) { // what the application's code throws
                    failures.failed(policy, result.getClass().getName(), e);
                }
            }
            receipt.keep();
        }
    }

    PendingCharges() {}

    void add(Policy policy, Receipt receipt, Keys.Failures failures) {
        if (policy.givesBack()) {
            synchronized (charges) {
                charges.add(new Charge(policy, receipt, failures));
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

    /**
     * It has not failed.
     *
     * @param result what came of it, which may know what it has cost
     */
    public void succeeded(@Nullable Object result) {
        end(policy -> false, result);
    }

    /** It has failed, without an answer of its own: what it took stays taken. */
    public void failed() {
        end(policy -> true, null);
    }

    /**
     * It has an answer, of which each policy says whether that is a failure.
     *
     * @param status the answer's HTTP status
     * @param result what may know what it has cost
     */
    public void answered(int status, @Nullable Object result) {
        end(policy -> policy.conduct().failures().contains(status), result);
    }

    private void end(Predicate<Policy> failed, @Nullable Object result) {
        List<Charge> ended;
        synchronized (charges) {
            ended = List.copyOf(charges);
            charges.clear();
        }
        for (Charge charge : ended) {
            if (charge.policy().conduct().countWhen() == CountWhen.SETTLED) {
                charge.settle(result);
            } else if (failed.test(charge.policy())) {
                charge.receipt().keep();
            } else {
                charge.receipt().giveBack();
            }
        }
    }
}
