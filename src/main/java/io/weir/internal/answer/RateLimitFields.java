package io.weir.internal.answer;

import io.weir.Decision;
import io.weir.LimitState;
import io.weir.Mode;
import io.weir.OnRefusal;
import io.weir.Policy;
import io.weir.RateLimitExceededException;
import io.weir.internal.guard.PolicyDecision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.BinaryOperator;
import java.util.function.Function;

/** The rate limit fields of one response, merged over all policies that decided. */
final class RateLimitFields {

    private static final String LEGACY_LIMIT = "X-RateLimit-Limit";
    private static final String LEGACY_REMAINING = "X-RateLimit-Remaining";
    private static final String LEGACY_RESET = "X-RateLimit-Reset";

    /**
     * A revision of draft-ietf-httpapi-ratelimit-headers. Its names are still being changed: here
     * is the only place that knows them.
     */
    private enum Revision {
        DRAFT_11("RateLimit-Policy", "RateLimit", "q", "w", "r", "t");

        final String policyField;
        final String stateField;
        final String permits;
        final String window;
        final String remaining;
        final String untilNext;

        Revision(
                String policyField,
                String stateField,
                String permits,
                String window,
                String remaining,
                String untilNext) {
            this.policyField = policyField;
            this.stateField = stateField;
            this.permits = permits;
            this.window = window;
            this.remaining = remaining;
            this.untilNext = untilNext;
        }
    }

    /**
     * One limit on the wire.
     *
     * @param violated whether it is a reason of the refusal
     * @param untilNext whole seconds, 0 when nothing is used
     */
    private record Item(
            String name,
            boolean violated,
            long permits,
            Duration window,
            long remaining,
            long untilNext) {

        static final Comparator<Item> MOST_RESTRICTIVE =
                Comparator.comparing(Item::violated, Comparator.reverseOrder())
                        .thenComparingLong(Item::remaining)
                        .thenComparing(Item::untilNext, Comparator.reverseOrder());
    }

    private RateLimitFields() {}

    /** What the fields are called. */
    static List<String> names(AnswerRules.Form form) {
        return switch (form) {
            case DRAFT_11 -> List.of(Revision.DRAFT_11.policyField, Revision.DRAFT_11.stateField);
            case LEGACY -> List.of(LEGACY_LIMIT, LEGACY_REMAINING, LEGACY_RESET);
        };
    }

    /** The fields, or none if nothing is known, or if the answer is a 503. */
    static List<Answer.Field> of(AnswerRules.Form form, List<PolicyDecision> decisions) {
        Map<String, Item> items = new LinkedHashMap<>();
        for (PolicyDecision one : decisions) {
            if (!canRefuse(one.policy())) {
                continue;
            }
            if (one.decision() instanceof Decision.Unavailable) {
                return List.of();
            }
            for (Item item : items(one.policy(), one.decision())) {
                items.merge(item.name(), item, BinaryOperator.minBy(Item.MOST_RESTRICTIVE));
            }
        }
        if (items.isEmpty()) {
            return List.of();
        }
        return switch (form) {
            case DRAFT_11 -> draft(Revision.DRAFT_11, items.values());
            case LEGACY -> legacy(Collections.min(items.values(), Item.MOST_RESTRICTIVE));
        };
    }

    private static boolean canRefuse(Policy policy) {
        return policy.onRefusal() == OnRefusal.THROW && policy.mode() == Mode.ENFORCE;
    }

    private static List<Item> items(Policy policy, Decision decision) {
        OptionalLong retryAfter =
                decision instanceof Decision.Admitted
                        ? OptionalLong.empty()
                        : new RateLimitExceededException(policy, decision).retryAfter();
        List<String> violated =
                retryAfter.isPresent() ? Violated.names(policy, decision) : List.of();
        List<Item> items = new ArrayList<>();
        for (LimitState state : decision.limits()) {
            boolean refuses = violated.contains(state.name());
            long untilNext =
                    state.untilNext().isZero() ? 0 : WholeSeconds.roundedUp(state.untilNext());
            items.add(
                    new Item(
                            state.name(),
                            refuses,
                            state.permits(),
                            state.window(),
                            state.remaining(),
                            refuses ? retryAfter.orElseThrow() : untilNext));
        }
        return items;
    }

    private static List<Answer.Field> draft(Revision names, Collection<Item> items) {
        return List.of(
                new Answer.Field(
                        names.policyField,
                        list(
                                items,
                                item ->
                                        parameter(names.permits, item.permits())
                                                + (item.window().toSeconds() < 1
                                                        ? ""
                                                        : parameter(
                                                                names.window,
                                                                WholeSeconds.roundedUp(
                                                                        item.window()))))),
                new Answer.Field(
                        names.stateField,
                        list(
                                items,
                                item ->
                                        parameter(names.remaining, item.remaining())
                                                + (item.untilNext() == 0
                                                        ? ""
                                                        : parameter(
                                                                names.untilNext,
                                                                item.untilNext())))));
    }

    private static List<Answer.Field> legacy(Item item) {
        return List.of(
                new Answer.Field(LEGACY_LIMIT, Long.toString(item.permits())),
                new Answer.Field(LEGACY_REMAINING, Long.toString(item.remaining())),
                new Answer.Field(LEGACY_RESET, Long.toString(item.untilNext())));
    }

    /** A List of Strings with parameters (RFC 9651, sections 4.1.1 and 4.1.6). */
    private static String list(Collection<Item> items, Function<Item, String> parameters) {
        List<String> members = new ArrayList<>();
        for (Item item : items) {
            String escaped = item.name().replace("\\", "\\\\").replace("\"", "\\\"");
            members.add('"' + escaped + '"' + parameters.apply(item));
        }
        return String.join(", ", members);
    }

    private static String parameter(String name, long value) {
        return ";" + name + "=" + Math.min(value, WholeSeconds.MAX);
    }
}
