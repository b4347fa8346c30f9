package io.weir.internal.count;

import io.weir.DecidedBy;
import io.weir.Decision;

/**
 * What a store answers.
 *
 * @param decision the decision
 * @param decidedBy which store made it
 * @param receipt what was taken; {@link Receipt#NOTHING} unless it was admitted and the policy
 *     gives back
 */
public record Outcome(Decision decision, DecidedBy decidedBy, Receipt receipt) {

    /** One that took nothing that could be given back. */
    static Outcome of(Decision decision, DecidedBy by) {
        return new Outcome(decision, by, Receipt.NOTHING);
    }

    /**
     * Whether a decision has left less than a fifth of a limit; one permit has no fifth.
     *
     * @param decision one that tells what is left
     * @return true if any of its limits has so little left
     */
    public static boolean isNearLimit(Decision decision) {
        return Limits.areNear(decision.limits());
    }
}
