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
        if (policy.mode() == Mode.OBSERVE) {
            return WOULD_REFUSE;
        }
        if (decision instanceof Decision.Refused) {
            return REFUSED;
        }
        return decision instanceof Decision.Impossible ? IMPOSSIBLE : UNAVAILABLE;
    }
}
