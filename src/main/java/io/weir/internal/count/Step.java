package io.weir.internal.count;

import io.weir.OnOutage;

/**
 * What becomes of a call by what is known here. A {@link Decider} and a {@link Preview} ask the
 * same questions in the same order, which is this one.
 */
enum Step {
    /** It is not counted: the rule for outages is to admit. */
    ADMIT_BY_RULE,
    /** A wait is certain. */
    REFUSE,
    /** Nobody can decide: the rule for outages is to refuse. */
    UNAVAILABLE,
    /** Calls that are under way have taken the rest. */
    FULL,
    /** It is counted here. */
    ALONE,
    /** The shared counts are asked. */
    ASK;

    /**
     * Decides.
     *
     * @param onOutage the rule for outages
     * @param alone whether the shared counts are not asked
     * @param own whether the entry is that of one key, and not of many
     * @param wait what is known here; 0: none
     * @param room whether it would be free beside the calls that are under way
     */
    static Step of(OnOutage onOutage, boolean alone, boolean own, long wait, boolean room) {
        if (alone && !room && onOutage == OnOutage.FAIL_OPEN) {
            return ADMIT_BY_RULE;
        }
        if (wait > 0 && (own || alone)) {
            return REFUSE;
        }
        if (alone && onOutage == OnOutage.FAIL_CLOSED) {
            return UNAVAILABLE;
        }
        if (!room && (own || alone)) {
            return FULL;
        }
        return alone ? ALONE : ASK;
    }
}
