package io.weir.internal.policy;

import io.weir.Engine;
import io.weir.Limit;
import io.weir.Limit.SlidingWindow;
import io.weir.Limit.TokenBucket;
import io.weir.Policy;
import java.util.Locale;
import java.util.Optional;

/** What is said of sliding windows that keep many calls of each client. Stateless. */
final class LargeWindow {

    /** More calls than these make a log large, and are the most that this JVM keeps apart. */
    private static final long MOST = 1_000;

    private static final long BYTES_HERE = 16;

    /** A member of the sorted set of RRateLimiter: 1.4 MB for 10,000. */
    private static final long BYTES_IN_RRATELIMITER = 140;

    private static final long BYTES_IN_SCRIPT = 20;

    private LargeWindow() {}

    /** Reports each large window of a policy. */
    static void report(Policy policy, String where, Problems problems) {
        long cost = policy.price().bean().isEmpty() ? policy.price().permits() : 1;
        for (Limit limit : policy.limits()) {
            long calls = limit.permits() / cost;
            if (limit instanceof SlidingWindow window && calls > MOST) {
                String given =
                        ("limit %s%s: up to %s calls of each client, about %s in Redis and %s in"
                                        + " each JVM")
                                .formatted(
                                        LimitText.shortest(window),
                                        cost == 1 ? "" : " with a cost of " + cost,
                                        calls,
                                        size(calls * bytesInRedis(policy)),
                                        size(MOST * BYTES_HERE));
                String expected =
                        bucket(policy, window, cost)
                                .map(LargeWindow::advice)
                                .orElse(ProblemCode.LARGE_WINDOW.expected());
                problems.add(ProblemCode.LARGE_WINDOW, where, given, expected);
            }
        }
    }

    /** The bucket to write instead: as many permits in the long run, and all of them at once. */
    private static Optional<TokenBucket> bucket(Policy policy, SlidingWindow window, long cost) {
        long burst = Math.min(window.permits(), Limit.MAX_BUCKET_AREA / window.window().toMillis());
        boolean taken =
                policy.limits().stream()
                        .anyMatch(
                                other ->
                                        other instanceof TokenBucket
                                                && other.window().equals(window.window()));
        return taken || burst < cost
                ? Optional.empty()
                : Optional.of(new TokenBucket(window.permits(), window.window(), burst));
    }

    private static String advice(TokenBucket bucket) {
        return ("%s: %s admits as many in the long run and %s at once, but up to %s in the first"
                        + " window; a smaller burst, fewer")
                .formatted(
                        ProblemCode.LARGE_WINDOW.expected(),
                        Problems.quote(LimitText.shortest(bucket)),
                        bucket.burst(),
                        bucket.permits() + bucket.burst());
    }

    private static long bytesInRedis(Policy policy) {
        boolean script =
                policy.engine() == Engine.SCRIPT
                        || policy.limits().size() > 1
                        || policy.givesBack();
        return script ? BYTES_IN_SCRIPT : BYTES_IN_RRATELIMITER;
    }

    private static String size(long bytes) {
        if (bytes < 1_000_000) {
            return bytes / 1_000 + " KB";
        }
        return bytes < 1_000_000_000
                ? String.format(Locale.ROOT, "%.1f MB", bytes / 1e6)
                : String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
    }
}
