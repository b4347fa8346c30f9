package io.weir.internal.count;

import io.weir.DecidedBy;
import io.weir.Decision;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Asks the shared counts for what decisions do not know by themselves: of a policy, and in the same
 * round trip of a candidate, which changes nothing of what is decided for the policy. Stateless.
 */
final class RoundTrip {

    private RoundTrip() {}

    static Outcome decide(Decider policy, Sharing sharing) {
        Outcome known = policy.begin();
        return told(known == null ? ask(policy, null, sharing) : known, policy, sharing);
    }

    /**
     * Decides for both. What this node refuses for the policy by itself is asked of the candidate
     * alone, as far as it does not refuse by itself, too: or a greater number would be measured by
     * each node alone.
     */
    static Store.Both decide(Decider policy, Decider candidate, Sharing sharing) {
        Outcome would = candidate.begin();
        Outcome known = policy.begin();
        if (known == null) {
            known = ask(policy, would == null ? candidate : null, sharing);
        } else if (would == null) {
            would = ask(candidate, null, sharing);
        }
        return new Store.Both(
                told(known, policy, sharing),
                would == null ? Objects.requireNonNull(candidate.besides) : would);
    }

    private static Outcome told(Outcome outcome, Decider policy, Sharing sharing) {
        if (outcome.decidedBy() != DecidedBy.REDIS) {
            sharing.breaker().counters().decided(policy.reason);
        }
        return outcome;
    }

    private static Outcome ask(Decider one, @Nullable Decider beside, Sharing sharing) {
        Breaker breaker = sharing.breaker();
        long asked = one.ticker.nanoTime();
        long left = one.budget.left();
        SharedCounts.Answer answer = null;
        SharedCounts.Answer ofBeside = null;
        StoreUnavailableException why = null;
        try {
            if (beside == null) {
                answer = one.ask(sharing.counts());
            } else {
                SharedCounts.Taking first = one.question();
                SharedCounts.Taking second = beside.question();
                SharedCounts.Answers both = sharing.counts().take(first, second, one.budget.left());
                answer = both.first();
                ofBeside = both.second();
            }
            breaker.answered(answer.decision() instanceof Decision.Admitted);
        } catch (StoreUnavailableException e) {
            boolean tooLate = one.ticker.nanoTime() - asked >= left;
            one.reason = OutageCounters.Reason.of(e.kind(), tooLate);
            why = e;
        } catch (RuntimeException e) { // of a client that answers what nobody expects
            why = new StoreUnavailableException(String.valueOf(e), e);
        } finally {
            one.budget.spend(one.ticker.nanoTime() - asked);
        }
        if (why != null) {
            breaker.failed(why);
        }
        if (beside != null) {
            beside.besides = beside.end(ofBeside, why);
        }
        return one.end(answer, why);
    }
}
