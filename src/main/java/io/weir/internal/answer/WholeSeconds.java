package io.weir.internal.answer;

import java.time.Duration;

/** Durations as clients see them. */
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
}
