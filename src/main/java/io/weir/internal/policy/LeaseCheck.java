package io.weir.internal.policy;

import io.weir.Policy;
import java.time.Duration;

/** What is said of a lease that a policy does not bear. Stateless. */
final class LeaseCheck {

    private LeaseCheck() {}

    /** Reports it; without a lease the policy is what it says. */
    static void report(Policy policy, String where, Problems problems) {
        Duration wanted = policy.conduct().lease();
        if (policy.lease().compareTo(wanted) < 0) {
            String given =
                    DurationText.format(wanted)
                            + " with the limit "
                            + LimitText.format(policy.limits())
                            + (policy.givesBack() ? ", and permits are given back" : "");
            problems.add(ProblemCode.LEASE, where, given);
        }
    }
}
