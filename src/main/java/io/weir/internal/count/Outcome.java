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
public record Outcome(Decision decision, DecidedBy decidedBy, Receipt receipt) {}
