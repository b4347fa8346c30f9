package io.weir.http;

import io.weir.Decision;
import io.weir.Policy;
import java.time.Duration;
import java.util.OptionalLong;

/** Durations as clients see them. Everything a client is told in seconds is rounded here. */
final class WholeSeconds {

    /** The largest Integer of a Structured Field (RFC 9651, section 3.3.1): 15 digits. */
    static final long MAX = 999_999_999_999_999L;

    private WholeSeconds() {}

    /**
     * Rounds up, so that who waits that long has waited long enough.
     *
     * @return 1 to {@link #MAX}
     */
    static long roundedUp(Duration duration) {
        long seconds = Math.min(duration.getSeconds(), MAX);
        boolean more = duration.getNano() > 0 && seconds < MAX;
        return Math.max(1, more ? seconds + 1 : seconds);
    }

    /**
     * The value of {@code Retry-After}: not longer than it takes a limit to be as good as new. How
     * long an outage lasts has nothing to do with the limits: that wait is not capped.
     *
     * @return 1 to {@link #MAX}; empty if no wait helps, or none is needed
     */
    static OptionalLong retryAfter(Policy policy, Decision decision) {
        if (decision instanceof Decision.Refused refused) {
            Duration wait = refused.retryAfter();
            Duration cap = policy.fullAfter();
            return OptionalLong.of(roundedUp(wait.compareTo(cap) < 0 ? wait : cap));
        }
        if (decision instanceof Decision.Unavailable unavailable) {
            return OptionalLong.of(roundedUp(unavailable.retryAfter()));
        }
        return OptionalLong.empty();
    }
}
