package io.weir.store.failover;

import io.weir.CountWhen;
import io.weir.Decision;
import io.weir.Key;
import io.weir.Limit;
import io.weir.LimitState;
import io.weir.Policy;
import io.weir.internal.count.Debt;
import io.weir.internal.count.Ledger;
import io.weir.internal.count.Outcome;
import io.weir.internal.count.Receipt;
import io.weir.internal.count.StoreUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Predicate;

/**
 * What this node has admitted, and what of that the primary store was not told. Speaks of the
 * limits of the policy even where it decides by a share of them. Thread-safe.
 */
final class StandIn {

    private static final Duration TRY_AGAIN = Duration.ofSeconds(1);

    private final Ledger counts;
    private final Ledger owed;
    private final Predicate<Policy> settles;
    private final ConcurrentMap<String, Forms> forms = new ConcurrentHashMap<>();

    StandIn(Ledger counts, Ledger owed, Predicate<Policy> settles) {
        this.counts = counts;
        this.owed = owed;
        this.settles = settles;
    }

    /**
     * Takes, in a way that can be undone: what this node admits in all stays within the limits, and
     * what it admits as one of several nodes within its share of them.
     *
     * @param among by how many the limits are divided; 1: not at all
     */
    Outcome take(Policy policy, Key key, long cost, int among) throws StoreUnavailableException {
        Outcome all = counts.tryAcquire(forms(policy, among).whole(), key, cost);
        if (among == 1 || !(all.decision() instanceof Decision.Admitted)) {
            return all;
        }
        Receipt ofAll = all.receipt();
        Outcome share = owed.tryAcquire(forms(policy, among).share(), key, cost);
        if (!(share.decision() instanceof Decision.Admitted)) {
            ofAll.giveBack();
            return inWordsOf(policy, share);
        }
        Receipt ofShare = share.receipt();
        return inWordsOf(
                policy,
                new Outcome(
                        share.decision(),
                        share.decidedBy(),
                        () -> {
                            ofAll.giveBack();
                            ofShare.giveBack();
                        }));
    }

    /** Whether what it says of a key is of that key alone. */
    boolean knows(Policy policy, Key key) {
        return counts.knows(forms(policy, 1).whole(), key);
    }

    /** Counts what the primary store has admitted. */
    Receipt count(Policy policy, Key key, long cost) {
        return counts.count(forms(policy, 1).whole(), key, cost);
    }

    /** Takes, and keeps in mind what the primary store is to be told. */
    Outcome alone(Policy policy, Key key, long cost, int among) throws StoreUnavailableException {
        Outcome outcome = take(policy, key, cost, among);
        if (!settles.test(policy) || !(outcome.decision() instanceof Decision.Admitted)) {
            return outcome;
        }
        Receipt taken = outcome.receipt();
        Receipt noted = owed.tryAcquire(forms(policy, 1).whole(), key, cost).receipt();
        return new Outcome(
                outcome.decision(),
                outcome.decidedBy(),
                () -> {
                    taken.giveBack();
                    noted.giveBack();
                });
    }

    /** What the primary store is to be told now; it is told once. */
    Debt settle(Policy policy, Key key) {
        return settles.test(policy) ? owed.drain(forms(policy, 1).whole(), key) : Debt.NONE;
    }

    /** All that this node has admitted. */
    Debt tell(Policy policy, Key key) {
        return counts.tell(forms(policy, 1).whole(), key);
    }

    List<LimitState> peek(Policy policy, Key key, int among) throws StoreUnavailableException {
        Forms known = forms(policy, among);
        return among == 1
                ? counts.peek(known.whole(), key)
                : inWordsOf(policy, owed.peek(known.share(), key));
    }

    void reset(Policy policy, Key key) throws StoreUnavailableException {
        counts.reset(forms(policy, 1).whole(), key);
        owed.reset(forms(policy, 1).whole(), key);
        owed.reset(forms(policy, 1).share(), key);
    }

    private static Outcome inWordsOf(Policy policy, Outcome outcome) {
        Decision decision = outcome.decision();
        if (decision instanceof Decision.Admitted admitted) {
            decision = new Decision.Admitted(inWordsOf(policy, admitted.limits()));
        } else if (decision instanceof Decision.Refused refused) {
            decision =
                    new Decision.Refused(
                            refused.retryAfter(),
                            refused.violated(),
                            inWordsOf(policy, refused.limits()));
        } else if (decision instanceof Decision.Impossible impossible) {
            // More than a share, and less than the limit: possible when the outage is over.
            List<LimitState> limits = inWordsOf(policy, impossible.limits());
            decision =
                    new Decision.Refused(
                            TRY_AGAIN, limits.stream().map(LimitState::name).toList(), limits);
        }
        return new Outcome(decision, outcome.decidedBy(), outcome.receipt());
    }

    private static List<LimitState> inWordsOf(Policy policy, List<LimitState> shares) {
        List<LimitState> states = new ArrayList<>(shares.size());
        for (int i = 0; i < shares.size(); i++) {
            LimitState share = shares.get(i);
            states.add(policy.state(i, share.remaining(), share.untilNext().toNanos()));
        }
        return List.copyOf(states);
    }

    private Forms forms(Policy policy, int among) {
        Forms known = forms.get(policy.name());
        if (known == null || !known.are(policy, among)) {
            known = new Forms(policy, policy.with(CountWhen.FAILURE), among, share(policy, among));
            forms.put(policy.name(), known);
        }
        return known;
    }

    /** The forms of one policy that the counts are asked with. */
    private record Forms(Policy of, Policy whole, int among, Policy share) {

        @SuppressWarnings("ReferenceEquality") // a changed policy is another one
        boolean are(Policy policy, int asked) {
            return of == policy && (asked == 1 || asked == among);
        }
    }

    /** Under a name that no policy has, so that its counts are its own. */
    private static Policy share(Policy policy, int among) {
        return new Policy(
                policy.name() + "\nshare",
                policy.wireName(),
                policy.key(),
                policy.limits().stream().map(limit -> share(limit, among)).toList(),
                policy.cost(),
                policy.costBean(),
                policy.onRefusal(),
                policy.onOutage(),
                policy.mode(),
                policy.engine(),
                CountWhen.FAILURE, // so that it gives back
                policy.failures());
    }

    private static Limit share(Limit limit, int among) {
        long permits = Math.max(1, limit.permits() / among);
        return limit instanceof Limit.TokenBucket bucket
                ? new Limit.TokenBucket(
                        permits, bucket.window(), Math.max(1, bucket.burst() / among))
                : new Limit.SlidingWindow(permits, limit.window());
    }
}
