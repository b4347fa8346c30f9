package io.weir.internal.count;

import java.time.Duration;

/**
 * What an operator has set for a policy, as nodes tell one another.
 *
 * @param policy the name of the policy
 * @param version a later one of the same policy has a larger one
 * @param left for how long it still lasts
 * @param isNew whether nobody has confirmed it yet: then it wins over what is there
 * @param text what is set, for who reads it; empty: that nothing is set any longer
 */
public record SharedOverride(
        String policy, long version, Duration left, boolean isNew, String text) {}
