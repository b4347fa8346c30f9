package io.weir.internal.policy;

import io.weir.KeySource;
import io.weir.OnRefusal;
import io.weir.Policy;
import java.util.Arrays;
import java.util.List;

/** What is wrong with a policy at the place where it is in force. */
public final class RouteCheck {

    private RouteCheck() {}

    static void check(Policy policy, String path, Problems problems) {
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
        checkKey(where, policy, path, parameters, problems);
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
    public static void checkKey(
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
}
