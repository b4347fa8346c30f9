package io.weir.internal.app;

import io.weir.Policy;
import io.weir.internal.guard.LivePolicy;
import io.weir.internal.policy.Declaration;
import io.weir.internal.policy.DidYouMean;
import io.weir.internal.policy.FilterPolicy;
import io.weir.internal.policy.PolicyBook;
import io.weir.internal.policy.PolicyChanges;
import io.weir.internal.policy.Problems;
import io.weir.internal.policy.Settings;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The policies of an application: declared while it is deployed (those of resources that only
 * JAX-RS shows, with the first request), changed while it runs. Thread-safe.
 */
final class PoliciesInForce {

    private final PolicyBook book;
    private final PolicyChanges changes;
    private final Map<String, LivePolicy> live = new ConcurrentHashMap<>();
    private final Map<String, Policy> declared = new HashMap<>();
    private final Map<String, Set<String>> resourceIds = new HashMap<>();

    PoliciesInForce(Settings settings) {
        book = new PolicyBook(settings);
        changes = new PolicyChanges(book, this::find);
    }

    /** What an annotation demands; empty if anything is wrong. */
    synchronized Optional<LivePolicy> declare(Declaration declaration, Problems problems) {
        return book.declare(declaration, problems).map(this::inForce);
    }

    /** What configuration declares alone. */
    synchronized void configured(Problems problems) {
        book.configured(problems).forEach(this::inForce);
    }

    /** What only all declarations together show, those of other modules included. */
    synchronized void complete(Set<String> elsewhere, Problems problems) {
        book.complete(elsewhere, problems);
    }

    private LivePolicy inForce(Policy policy) {
        Policy before = declared.put(policy.name(), policy);
        LivePolicy known = live.computeIfAbsent(policy.name(), n -> new LivePolicy(policy));
        if (before != null && !before.equals(policy)) {
            known.change(policy); // configuration alone has declared it before
        }
        return known;
    }

    /** What makes part of the keys of a policy beside its own sources, for {@link #describe}. */
    synchronized void hasIds(String policy, String names) {
        if (!names.isEmpty()) {
            resourceIds.computeIfAbsent(policy, n -> new LinkedHashSet<>()).add(names);
        }
    }

    /**
     * The policy of a name as it is now.
     *
     * @throws IllegalArgumentException if nobody declares it
     */
    Policy find(String name) {
        LivePolicy known = live.get(name);
        if (known == null) {
            throw new IllegalArgumentException(
                    "nobody declares the policy \""
                            + name
                            + "\""
                            + DidYouMean.hint(name, live.keySet())
                                    .map(hint -> "; " + hint)
                                    .orElse(""));
        }
        return known.now();
    }

    /** The policies as they were declared. */
    synchronized List<Policy> all() {
        return book.policies();
    }

    /** The policies that have a path. */
    synchronized List<FilterPolicy> filters() {
        return book.filters();
    }

    synchronized LivePolicy live(Policy policy) {
        return inForce(policy);
    }

    /**
     * Reads again what may change.
     *
     * @return what has changed since the last time, in words
     */
    synchronized List<String> reread(Problems problems) {
        List<PolicyChanges.Change> changed = changes.read(problems);
        for (PolicyChanges.Change change : changed) {
            live.computeIfPresent(
                    change.policy().name(),
                    (name, policy) -> {
                        policy.change(change.policy());
                        return policy;
                    });
        }
        return changed.stream().map(PolicyChanges.Change::text).toList();
    }

    /** A line for each policy: what it means, and where each part comes from. */
    synchronized List<String> describe() {
        return book.policies().stream()
                .map(
                        policy ->
                                book.describe(
                                        policy,
                                        String.join(
                                                " or ",
                                                resourceIds.getOrDefault(policy.name(), Set.of()))))
                .toList();
    }
}
