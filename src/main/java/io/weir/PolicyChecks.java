package io.weir;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What must hold of a policy in itself. Stateless. */
final class PolicyChecks {

    private PolicyChecks() {}

    static void policy(
            String name,
            String wireName,
            List<Limit> limits,
            Policy.Callers callers,
            Policy.Price price) {
        check(!name.isEmpty(), "a policy needs a name");
        check(
                !wireName.isEmpty() && wireName.chars().allMatch(c -> c >= 0x20 && c < 0x7f),
                "wire name is \"%s\", expected printable ASCII",
                wireName);
        check(!callers.key().isEmpty(), "policy %s needs a key", name);
        check(!limits.isEmpty(), "policy %s needs a limit", name);
        check(price.permits() >= 1, "cost is %s, expected at least 1", price.permits());
        Set<Object> seen = new HashSet<>();
        for (Limit limit : limits) {
            check(
                    seen.add(List.of(limit.getClass(), limit.window())),
                    "policy %s has two limits of one kind for a window of %s",
                    name,
                    limit.window());
        }
    }

    static void lease(Duration lease) {
        check(
                lease.equals(Duration.ofMillis(lease.toMillis()))
                        && !lease.isNegative()
                        && lease.compareTo(Policy.Conduct.MAX_LEASE) <= 0,
                "lease is %s, expected whole milliseconds up to 10 s",
                lease);
    }

    private static void check(boolean good, String message, Object... given) {
        if (!good) {
            throw new IllegalArgumentException(String.format(Locale.ROOT, message, given));
        }
    }
}
