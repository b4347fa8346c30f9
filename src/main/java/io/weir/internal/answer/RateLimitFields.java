package io.weir.internal.answer;

import io.weir.Decision;
import io.weir.LimitState;
import io.weir.Mode;
import io.weir.OnRefusal;
import io.weir.Policy;
import io.weir.RateLimitExceededException;
import io.weir.internal.guard.PolicyDecision;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.StringJoiner;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The rate limit fields of one response, merged over all policies that decided. The names in
 * draft-ietf-httpapi-ratelimit-headers are still being changed: here is the only place that knows
 * them.
 */
final class RateLimitFields {

    private static final List<String> DRAFT_11 = List.of("RateLimit-Policy", "RateLimit");
    private static final List<String> LEGACY =
            List.of("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset");

    /** The largest Integer of a Structured Field (RFC 9651, section 3.3.1): 15 digits. */
    private static final long MAX = 999_999_999_999_999L;

    /**
     * One limit on the wire.
     *
     * @param violated whether it is a reason of the refusal
     * @param untilNext whole seconds, 0 when nothing is used
     */
    private record Item(LimitState state, boolean violated, long untilNext) {

        static final Comparator<Item> MOST_RESTRICTIVE =
                Comparator.comparing(Item::violated, Comparator.reverseOrder())
                        .thenComparingLong(item -> item.state().remaining())
                        .thenComparing(Item::untilNext, Comparator.reverseOrder());

        /** A String with parameters (RFC 9651, section 4.1.6); seconds of 0 are not known. */
        String with(String name, long value, String secondsName, long seconds) {
            String escaped = state.name().replace("\\", "\\\\").replace("\"", "\\\"");
            String text = '"' + escaped + "\";" + name + "=" + Math.min(value, MAX);
            return seconds == 0 ? text : text + ";" + secondsName + "=" + Math.min(seconds, MAX);
        }

        String policy() {
            Duration window = state.window();
            long seconds = window.toSeconds() < 1 ? 0 : wholeSeconds(window);
            return with("q", state.permits(), "w", seconds);
        }

        String rateLimit() {
            return with("r", state.remaining(), "t", untilNext);
        }
    }

    private RateLimitFields() {}

    /** What the fields are called. */
    static List<String> names(AnswerSettings.Form form) {
        return switch (form) {
            case DRAFT_11 -> DRAFT_11;
            case LEGACY -> LEGACY;
        };
    }

    /** The fields, or none if nothing is known, or if the answer is a 503. */
    static List<Answer.Field> of(AnswerSettings.Form form, List<PolicyDecision> decisions) {
        Map<String, Item> items = new LinkedHashMap<>();
        for (PolicyDecision one : decisions) {
            if (canRefuse(one.policy())) {
                if (one.decision() instanceof Decision.Unavailable) {
                    return List.of();
                }
                add(one.policy(), one.decision(), items);
            }
        }
        if (items.isEmpty()) {
            return List.of();
        }
        return switch (form) {
            case DRAFT_11 ->
                    List.of(
                            list(DRAFT_11.get(0), items.values(), Item::policy),
                            list(DRAFT_11.get(1), items.values(), Item::rateLimit));
            case LEGACY -> legacy(Collections.min(items.values(), Item.MOST_RESTRICTIVE));
        };
    }

    private static boolean canRefuse(Policy policy) {
        return policy.onRefusal() == OnRefusal.THROW && policy.mode() == Mode.ENFORCE;
    }

    private static void add(Policy policy, Decision decision, Map<String, Item> items) {
        OptionalLong retryAfter =
                decision instanceof Decision.Admitted
                        ? OptionalLong.empty()
                        : new RateLimitExceededException(policy, decision).retryAfter();
        List<String> violated = retryAfter.isPresent() ? violated(policy, decision) : List.of();
        for (LimitState state : decision.limits()) {
            boolean refuses = violated.contains(state.name());
            long untilNext = state.untilNext().isZero() ? 0 : wholeSeconds(state.untilNext());
            items.merge(
                    state.name(),
                    new Item(state, refuses, refuses ? retryAfter.orElseThrow() : untilNext),
                    BinaryOperator.minBy(Item.MOST_RESTRICTIVE));
        }
    }

    /**
     * The names of the limits that refused: as the store says, else all of the policy. What can
     * never be met certainly exceeds the smallest.
     */
    static List<String> violated(Policy policy, Decision decision) {
        if (decision instanceof Decision.Refused refused && !refused.violated().isEmpty()) {
            return refused.violated();
        }
        boolean all = !(decision instanceof Decision.Impossible);
        return IntStream.range(0, policy.limits().size())
                .filter(i -> all || policy.limits().get(i).capacity() == policy.capacity())
                .mapToObj(policy::limitName)
                .toList();
    }

    private static List<Answer.Field> legacy(Item item) {
        long[] values = {item.state().permits(), item.state().remaining(), item.untilNext()};
        return IntStream.range(0, values.length)
                .mapToObj(i -> new Answer.Field(LEGACY.get(i), Long.toString(values[i])))
                .toList();
    }

    /** A List (RFC 9651, section 4.1.1). */
    private static Answer.Field list(
            String name, Collection<Item> items, Function<Item, String> member) {
        StringJoiner list = new StringJoiner(", ");
        for (Item item : items) {
            list.add(member.apply(item));
        }
        return new Answer.Field(name, list.toString());
    }

    /** Rounds up, so that who waits that long has waited long enough: 1 to {@link #MAX}. */
    private static long wholeSeconds(Duration duration) {
        long seconds = Math.min(duration.getSeconds(), MAX);
        boolean more = duration.getNano() > 0 && seconds < MAX;
        return Math.max(1, more ? seconds + 1 : seconds);
    }
}
