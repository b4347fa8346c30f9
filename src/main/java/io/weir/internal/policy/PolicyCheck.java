package io.weir.internal.policy;

import io.weir.KeySource;
import io.weir.Limit;
import io.weir.OnRefusal;
import io.weir.Policy;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** Whether the parts of a policy go together; what does not is reported. Stateless. */
public final class PolicyCheck {

    private PolicyCheck() {}

    /** Reports a lease that the limits do not allow; the policy works without it. */
    static void lease(Policy policy, String where, Problems problems) {
        Duration wanted = policy.conduct().lease();
        if (policy.lease().compareTo(wanted) < 0) {
            String given =
                    DurationText.format(wanted)
                            + " with the limit "
                            + LimitText.format(policy.limits())
                            + (policy.givesBack() ? ", and permits are given back" : "");
            problems.add(ProblemCode.LEASE, where, given);
        }
    }

    /** Reports what the filter cannot do at a path. */
    static void path(Policy policy, String path, Problems problems) {
        String where = Attribute.PATH.setting(policy.name());
        if (policy.onRefusal() == OnRefusal.SKIP) {
            problems.add(
                    ProblemCode.SKIP_IN_FILTER,
                    where,
                    "the path " + path + " and onRefusal = SKIP");
        }
        List<String> parameters =
                Arrays.stream(path.split("/"))
                        .filter(segment -> segment.startsWith("{"))
                        .map(segment -> segment.substring(1, segment.length() - 1))
                        .toList();
        key(where, policy, path, parameters, problems);
    }

    /**
     * Reports the parts of a key that a path can never fill.
     *
     * @param where what has the path
     * @param policy whose key
     * @param path the path, for the report
     * @param parameters the names of its parameters
     * @param problems takes what is wrong
     */
    public static void key(
            String where, Policy policy, String path, List<String> parameters, Problems problems) {
        for (KeySource source : policy.key()) {
            if (source.kind() == KeySource.Kind.PATH && !parameters.contains(source.name())) {
                problems.add(
                        ProblemCode.KEY_WITHOUT_REQUEST,
                        where,
                        "the key part path:%s and the path %s".formatted(source.name(), path),
                        "{" + source.name() + "} in the path",
                        DidYouMean.hint(source.name(), parameters));
            }
        }
    }

    /** Whether one operation is possible with the limits that are given. */
    static boolean affords(Policy policy, String where, String given, Problems problems) {
        long cost = policy.price().permits();
        if (cost > policy.capacity()) {
            String expected = "at least %s, what one operation costs".formatted(cost);
            problems.add(ProblemCode.COST, where, given, expected);
        }
        return cost <= policy.capacity();
    }

    /** Whether what was used by one policy counts in the other, too. */
    static boolean isAlike(
            Policy policy, Policy other, ProblemCode code, String where, Problems problems) {
        boolean alike = shape(policy).equals(shape(other));
        if (!alike) {
            String expected = "other numbers for " + LimitText.format(policy.limits());
            problems.add(code, where, "limit " + LimitText.format(other.limits()), expected);
        }
        return alike;
    }

    /** The kinds of its limits, which make part of the names of its counts. */
    private static List<List<Object>> shape(Policy policy) {
        return policy.limits().stream().map(PolicyCheck::kind).toList();
    }

    private static List<Object> kind(Limit limit) {
        return limit instanceof Limit.CalendarQuota quota
                ? List.of(quota.period(), quota.zone())
                : List.of(limit.getClass(), limit.window());
    }
}
