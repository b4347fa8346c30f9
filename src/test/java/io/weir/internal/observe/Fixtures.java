package io.weir.internal.observe;

import io.weir.DecidedBy;
import io.weir.Decision;
import io.weir.DecisionListener;
import io.weir.Key;
import io.weir.Limit;
import io.weir.LimitState;
import io.weir.LimiterStatus;
import io.weir.Policy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What there is to watch. */
final class Fixtures {

    static final DecisionListener NOBODY = (policy, edge, decidedBy, decision, nanos) -> {};
    static final Policy ORDERS =
            Policy.of(
                    "orders",
                    new Limit.SlidingWindow(20, Duration.ofMinutes(1)),
                    new Limit.SlidingWindow(100, Duration.ofHours(1)));
    static final Key KEY = Key.ofClient("203.0.113.7");
    static final Decision ADMITTED = new Decision.Admitted(List.of());
    static final Decision IMPOSSIBLE = new Decision.Impossible(List.of());
    static final Decision UNAVAILABLE = new Decision.Unavailable(Duration.ofSeconds(1));

    /** During an outage, of a node whose clock is behind. */
    static final LimiterStatus STATUS =
            new LimiterStatus() {
                @Override
                public DecidedBy store() {
                    return DecidedBy.LOCAL;
                }

                @Override
                public boolean degraded() {
                    return true;
                }

                @Override
                public Duration since() {
                    return Duration.ofSeconds(7);
                }

                @Override
                public int nodes() {
                    return 3;
                }

                @Override
                public Optional<Duration> clockSkew() {
                    return Optional.of(Duration.ofMillis(-1500));
                }
            };

    private Fixtures() {}

    /** An admission after which so many of 20 are left. */
    static Decision left(long permits) {
        Duration minute = Duration.ofMinutes(1);
        return new Decision.Admitted(
                List.of(new LimitState("orders-60s", 20, minute, permits, Duration.ZERO)));
    }

    static Decision refused(String... limits) {
        return new Decision.Refused(Duration.ofMillis(8_500), List.of(limits), List.of());
    }
}
