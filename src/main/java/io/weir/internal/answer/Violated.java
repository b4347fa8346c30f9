package io.weir.internal.answer;

import io.weir.Decision;
import io.weir.Policy;
import java.util.List;
import java.util.stream.IntStream;

/** Which limits are the reason of a refusal. */
final class Violated {

    private Violated() {}

    /**
     * The names of the limits that refused: as the store says, else all of the policy. What can
     * never be met certainly exceeds the smallest.
     */
    static List<String> names(Policy policy, Decision decision) {
        if (decision instanceof Decision.Refused refused && !refused.violated().isEmpty()) {
            return refused.violated();
        }
        boolean smallestOnly = decision instanceof Decision.Impossible;
        return IntStream.range(0, policy.limits().size())
                .filter(
                        i ->
                                !smallestOnly
                                        || policy.limits().get(i).capacity() == policy.capacity())
                .mapToObj(policy::limitName)
                .toList();
    }
}
