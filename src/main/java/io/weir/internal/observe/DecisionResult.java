package io.weir.internal.observe;

import io.weir.Decision;
import io.weir.Mode;
import io.weir.Policy;

/** What became of a decision, as it is counted and logged. */
enum DecisionResult {
    ADMITTED,
    REFUSED,

    /** Whatever a policy that only observes does not admit. */
    WOULD_REFUSE,

    /** The client's network is denied. */
    DENIED,

    /** The same where the policy only observes. */
    WOULD_DENY,
    IMPOSSIBLE,
    UNAVAILABLE;

    private final String word = Labels.dashed(this);

    String word() {
        return word;
    }

    static DecisionResult of(Policy policy, Decision decision) {
        if (decision instanceof Decision.Admitted) {
            return ADMITTED;
        }
        boolean denied = decision instanceof Decision.Denied;
        if (policy.mode() == Mode.OBSERVE) {
            return denied ? WOULD_DENY : WOULD_REFUSE;
        }
        if (denied) {
            return DENIED;
        }
        if (decision instanceof Decision.Refused) {
            return REFUSED;
        }
        return decision instanceof Decision.Impossible ? IMPOSSIBLE : UNAVAILABLE;
    }
}
