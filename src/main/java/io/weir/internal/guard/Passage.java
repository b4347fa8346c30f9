package io.weir.internal.guard;

import io.weir.Decision;
import io.weir.Policy;
import io.weir.internal.count.Receipt;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of a call at the gate.
 *
 * @param refusal the first refusal, or null
 * @param reserved what the call took and gives back unless it fails
 */
public record Passage(@Nullable Refusal refusal, List<Receipt> reserved) {

    /** Of a call that may go on and has nothing to give back. */
    static final Passage FREE = new Passage(null, List.of());

    /**
     * A refusal and whose it is.
     *
     * @param policy the policy that refused
     * @param decision how
     */
    public record Refusal(Policy policy, Decision decision) {}

    /** The call has not failed: what only failures cost is given back. To be called once. */
    public void succeeded() {
        reserved.forEach(Receipt::giveBack);
    }

    /** The call has failed: what it took stays taken. To be called once. */
    public void failed() {
        reserved.forEach(Receipt::keep);
    }
}
