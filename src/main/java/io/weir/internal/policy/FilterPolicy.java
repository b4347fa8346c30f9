package io.weir.internal.policy;

import io.weir.Policy;
import io.weir.internal.http.RouteRules;

/**
 * A policy that the servlet filter enforces.
 *
 * @param policy the policy
 * @param rules where
 */
public record FilterPolicy(Policy policy, RouteRules rules) {}
