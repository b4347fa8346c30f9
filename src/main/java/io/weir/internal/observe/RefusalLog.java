package io.weir.internal.observe;

import static java.lang.System.Logger.Level.INFO;

import io.weir.DecidedBy;
import io.weir.Decision;
import io.weir.Edge;
import io.weir.Key;
import io.weir.Limit;
import io.weir.Policy;
import io.weir.internal.count.Ticker;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes the first refusal of each policy, key and window to the log, under a name of the key that
 * only who knows the key can tell. Bounded: {@value #PLACES} places, a newer key takes the place of
 * an older one; {@value LogBudget#PER_SECOND} lines in any second. What is left out is counted, and
 * logged as soon as there is room if the key is refused again. Thread-safe.
 */
final class RefusalLog {

    private static final System.Logger LOG = System.getLogger("io.weir.refused");
    private static final int PLACES = 1 << 13;

    private final Ticker ticker;
    private final LogBudget lines = new LogBudget();
    private final LongAdder leftOut = new LongAdder();
    private final AtomicReferenceArray<@Nullable Logged> places =
            new AtomicReferenceArray<>(PLACES);
    private volatile @Nullable String named;

    /** A refusal that stands for all until its window is over. */
    private record Logged(String policy, Key key, long at, long nanos) {

        boolean covers(String refusedBy, Key refused, long now) {
            return now - at < nanos && key.equals(refused) && policy.equals(refusedBy);
        }
    }

    RefusalLog(Ticker ticker) {
        this.ticker = ticker;
    }

    /** Begins to write: before, nobody could say whose key it is. */
    void open(String application) {
        named = application;
    }

    void refused(
            Policy policy,
            Key key,
            Edge edge,
            DecidedBy store,
            Decision decision,
            DecisionResult result) {
        String application = named;
        if (application != null && LOG.isLoggable(INFO) && isFirst(policy, key, decision)) {
            LOG.log(
                    INFO,
                    "{0}: policy {1}, key {2}, {3}, edge {4}, store {5}{6}",
                    word(result),
                    Key.escape(policy.name()),
                    KeyDigits.of(application, policy, key),
                    why(decision),
                    Labels.dashed(edge),
                    Labels.dashed(store),
                    rest(leftOut.sumThenReset()));
        }
    }

    private boolean isFirst(Policy policy, Key key, Decision decision) {
        String name = policy.name();
        int place = place(name, key);
        long now = ticker.nanoTime();
        while (true) {
            Logged before = places.get(place);
            if (before != null && before.covers(name, key, now)) {
                return false;
            }
            if (lines.areSpent(now)) {
                leftOut.increment();
                return false;
            }
            Logged mine = new Logged(name, key, now, window(policy, decision).toNanos());
            if (places.compareAndSet(place, before, mine)) {
                if (lines.take(now)) {
                    return true;
                }
                places.compareAndSet(place, mine, before);
                leftOut.increment();
                return false;
            }
        }
    }

    private static int place(String policy, Key key) {
        int hash = 31 * policy.hashCode() + key.hashCode();
        return (hash ^ (hash >>> 15)) & (PLACES - 1);
    }

    /** The longest window of the limits that refused; of all, where nobody knows which did. */
    private static Duration window(Policy policy, Decision decision) {
        List<String> violated =
                decision instanceof Decision.Refused refused ? refused.violated() : List.of();
        List<Limit> limits = policy.limits();
        return IntStream.range(0, limits.size())
                .filter(i -> violated.contains(policy.limitName(i)))
                .mapToObj(i -> limits.get(i).window())
                .max(Comparator.naturalOrder())
                .orElseGet(() -> longest(limits));
    }

    private static Duration longest(List<Limit> limits) {
        return limits.stream().map(Limit::window).max(Comparator.naturalOrder()).orElseThrow();
    }

    /** What cost too much, and what no store decided, was refused as well. */
    private static String word(DecisionResult result) {
        return switch (result) {
            case WOULD_REFUSE, DENIED, WOULD_DENY -> result.word().replace('-', ' ');
            default -> "refused";
        };
    }

    private static String why(Decision decision) {
        if (decision instanceof Decision.Denied) {
            return "network denied";
        }
        if (decision instanceof Decision.Refused refused) {
            List<String> violated = refused.violated();
            String limits = violated.isEmpty() ? "unknown" : String.join(" and ", violated);
            return "limit %s, retry after %s ms".formatted(limits, refused.retryAfter().toMillis());
        }
        return decision instanceof Decision.Unavailable away
                ? "no store can decide, retry after " + away.retryAfter().toMillis() + " ms"
                : "cost above the limit";
    }

    private static String rest(long refusals) {
        return refusals == 0 ? "" : "; and " + refusals + " refusals were not logged";
    }
}
