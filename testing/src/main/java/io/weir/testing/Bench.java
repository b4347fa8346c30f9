package io.weir.testing;

import io.weir.Decision;
import io.weir.Policy;
import io.weir.RateLimiter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An application under test: in this JVM, or in a server. */
interface Bench {

    /**
     * What is asked for.
     *
     * @param policy its name
     * @param object the policy itself, if no application declares it
     * @param ids what is told apart within it
     */
    record Request(String policy, Optional<Policy> object, List<@Nullable Object> ids) {}

    /** What no test needs; a clock counts nanoseconds, of which 292 years are too many. */
    Duration FARTHEST = Duration.ofDays(36_500);

    /** Moves the clock. */
    void advance(Duration by);

    /**
     * By how far a clock is moved.
     *
     * @throws IllegalArgumentException if it would go back, or farther than it can
     */
    static Duration checked(Duration by) {
        if (by.isNegative() || by.compareTo(FARTHEST) > 0) {
            throw new IllegalArgumentException(
                    "advance by %s, expected forward, and by 36500 days at most".formatted(by));
        }
        return by;
    }

    /** Takes Redis away, or brings it back. */
    void outage(boolean away);

    /** Nothing is used, and Redis is there. */
    void reset();

    /** Whose calls are made from now on, where a thread shows who calls. */
    void enter(Who who);

    /** Takes the permits of one operation. */
    Decision take(Who who, Request request);

    /** The policy, where it comes from, and the key: a line each. */
    String describe(Who who, Request request);

    /** What code of the application asks. */
    RateLimiter limiter();
}
