package io.weir.internal.policy;

import io.weir.Policy;
import java.time.Duration;
import java.util.Optional;

/**
 * What an operator has put in the place of settings, until it ends.
 *
 * @param limit the text of a limit; empty: the limit stays as it is
 * @param mode the word of a mode; empty: the mode stays as it is
 * @param origin who has set it, as descriptions say it
 */
public record PolicyOverride(String limit, String mode, String origin) {

    /**
     * For how long something may last.
     *
     * @param text such as {@code 10min} or {@code PT10M}
     * @return the duration; empty if it cannot be read
     */
    public static Optional<Duration> duration(String text) {
        return DurationText.parse(text);
    }

    /**
     * The text of a policy's limits.
     *
     * @param policy the policy
     * @return as settings have it
     */
    public static String limitOf(Policy policy) {
        return LimitText.format(policy.limits());
    }
}
