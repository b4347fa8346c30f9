package io.weir.internal.policy;

import io.weir.Policy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Sees what becomes of the settings of policies while an application runs: modes and numbers of
 * permits may change, everything else takes a new deployment. For one thread.
 */
public final class PolicyChanges {

    private final PolicyBook book;
    private final Function<String, Policy> current;
    private final Map<String, List<String>> seen = new HashMap<>();

    /**
     * Begins with the settings as they are.
     *
     * @param book the policies
     * @param current a policy as it is now, by its name
     */
    public PolicyChanges(PolicyBook book, Function<String, Policy> current) {
        this.book = book;
        this.current = current;
        book.policies().forEach(policy -> seen.put(policy.name(), book.texts(policy)));
    }

    /**
     * A policy that changes.
     *
     * @param policy as it shall be
     * @param text what is different, for an operator
     */
    public record Change(Policy policy, String text) {}

    /**
     * Reads again. What is wrong changes nothing, and is reported once.
     *
     * @param problems takes what is wrong
     * @return what has changed since the last time
     */
    public List<Change> read(Problems problems) {
        List<Change> changes = new ArrayList<>();
        for (Policy first : book.policies()) {
            List<String> texts = book.texts(first);
            if (!texts.equals(seen.put(first.name(), texts))) {
                Policy before = current.apply(first.name());
                Problems own = new Problems();
                book.now(before, own)
                        .filter(now -> !now.equals(before))
                        .ifPresent(now -> changes.add(new Change(now, text(before, now))));
                problems.addAll(own);
            }
        }
        return changes;
    }

    private static String text(Policy before, Policy now) {
        List<String> parts = new ArrayList<>();
        String limits = LimitText.format(now.limits());
        String old = LimitText.format(before.limits());
        if (!limits.equals(old)) {
            parts.add("limit " + limits + " instead of " + old);
        }
        if (now.mode() != before.mode()) {
            parts.add(
                    "mode "
                            + Reader.word(now.mode())
                            + " instead of "
                            + Reader.word(before.mode()));
        }
        return now.name() + ": " + String.join(", ", parts);
    }
}
