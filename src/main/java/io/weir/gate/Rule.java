package io.weir.gate;

import io.weir.Policy;
import java.util.List;

/**
 * A policy in force at a place.
 *
 * @param policy the policy
 * @param idParameters which parameters of the method are resource ids, by index; empty for places
 *     without parameters
 */
public record Rule(Policy policy, List<Integer> idParameters) {}
