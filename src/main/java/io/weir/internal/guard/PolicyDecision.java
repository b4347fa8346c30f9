package io.weir.internal.guard;

import io.weir.Decision;
import io.weir.Policy;

/**
 * What one policy decided during an operation.
 *
 * @param policy the policy
 * @param decision its decision
 */
public record PolicyDecision(Policy policy, Decision decision) {}
