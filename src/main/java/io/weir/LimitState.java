package io.weir;

import java.io.Serializable;
import java.time.Duration;

/**
 * What is known of one limit right after a decision.
 *
 * @param name the limit's name on the wire: the policy's name, followed by the window where the
 *     policy has several limits ({@code orders-1s})
 * @param permits the most permits that can be taken at once (the burst of a token bucket)
 * @param window the time after which an exhausted limit is as good as new; of a calendar quota how
 *     long the current period is
 * @param remaining permits left, 0 to {@code permits}
 * @param untilNext the time until {@code remaining} grows by one; zero when nothing is used
 * @serial exclude
 */
public record LimitState(
        String name, long permits, Duration window, long remaining, Duration untilNext)
        implements Serializable {}
