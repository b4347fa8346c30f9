package io.weir;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;

/**
 * The answer to one request for permits. Immutable.
 *
 * <p>What is not known (a store that does not tell, a store that could not decide) is an empty
 * list, never a made-up number. Serializable where its lists are, as those of Weir are.
 */
public sealed interface Decision extends Serializable {

    /**
     * What is known of each limit of the policy, in the policy's order.
     *
     * @return all limits, or empty when unknown; unmodifiable
     */
    List<LimitState> limits();

    /**
     * The permits were taken.
     *
     * @param limits what is known, unmodifiable
     * @serial exclude
     */
    record Admitted(List<LimitState> limits) implements Decision {}

    /**
     * At least one limit has too few permits left; none was taken from any.
     *
     * @param retryAfter the time after which the same request passes if nobody else takes permits:
     *     refused at every instant before it, admitted at it. Positive, at most the window (a token
     *     bucket: the time to fill it, and twice that where a settled cost left a debt; a calendar
     *     quota: the time until the next period)
     * @param violated the names of the limits that refused, empty when unknown
     * @param limits what is known, unmodifiable
     * @serial exclude
     */
    record Refused(Duration retryAfter, List<String> violated, List<LimitState> limits)
            implements Decision {}

    /**
     * More permits were asked for than a limit ever holds: no wait helps.
     *
     * @param limits what is known, unmodifiable
     * @serial exclude
     */
    record Impossible(List<LimitState> limits) implements Decision {}

    /**
     * The client's network is denied, by a setting: nothing was counted, and no wait helps. The
     * HTTP edges answer it with 403.
     */
    record Denied() implements Decision {
        @Override
        public List<LimitState> limits() {
            return List.of();
        }
    }

    /**
     * The store cannot decide and the policy says {@link OnOutage#FAIL_CLOSED}.
     *
     * @param retryAfter when it is worth trying again; positive
     * @serial exclude
     */
    record Unavailable(Duration retryAfter) implements Decision {
        @Override
        public List<LimitState> limits() {
            return List.of();
        }
    }
}
