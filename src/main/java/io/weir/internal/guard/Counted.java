package io.weir.internal.guard;

import io.weir.Decision;
import io.weir.Policy;

/**
 * What one policy decided during a request.
 *
 * @param policy the policy
 * @param decision its decision
 */
public record Counted(Policy policy, Decision decision) {}
