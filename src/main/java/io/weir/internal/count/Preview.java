package io.weir.internal.count;

import io.weir.DecidedBy;
import io.weir.Decision;
import io.weir.Key;
import io.weir.LimitState;
import io.weir.OnOutage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Decider} would answer now. It asks the same questions in the same order, takes
 * nothing, makes no entry, and waits for no call that is under way.
 */
final class Preview {

    private static final Duration TRY_AGAIN = Duration.ofSeconds(1);

    private final Limits limits;
    private final long cost;
    private final @Nullable Sharing sharing;
    private final OnOutage onOutage;
    private final boolean own;
    private final long now;
    private final Usage used;
    private final @Nullable Ledger ledger;

    Preview(
            Entries.PolicyEntries entries,
            @Nullable Sharing sharing,
            Limits limits,
            Key key,
            long cost) {
        this.limits = limits;
        this.cost = cost;
        this.sharing = sharing;
        onOutage = sharing == null ? OnOutage.LOCAL : limits.onOutage();
        Entry entry = entries.known(key);
        now = entries.entries().ticker().nanoTime();
        State state = entry == null ? State.Removed.REMOVED : entry.look(now);
        own = entry == null || entries.own(key) == entry;
        ledger = state instanceof Ledger known ? known : null;
        used =
                ledger != null
                        ? ledger.here.carriedOver(limits, now).used()
                        : state instanceof State.Removed
                                ? limits.unused(now)
                                : limits.carriedOver(state.used(), now);
    }

    /**
     * The answer.
     *
     * @param there asks the shared counts; null: they do not answer
     */
    Outcome decide(Supplier<@Nullable Decision> there) {
        if (ledger != null && ledger.refusal != null && ledger.refusal.answers(limits, cost, now)) {
            return Outcome.of(ledger.refusal.later(now), DecidedBy.REDIS);
        }
        long underWay = ledger == null ? 0 : ledger.underWay;
        long wait = limits.waitFor(used, cost, now);
        boolean room = wait == 0 && limits.hasRoom(used, underWay + cost, now);
        Decision ahead = room && own && ledger != null ? ledger.ahead(limits, cost, now) : null;
        if (ahead != null) {
            return Outcome.of(ahead, DecidedBy.REDIS);
        }
        boolean alone = !asks();
        DecidedBy by = alone ? DecidedBy.LOCAL : DecidedBy.REDIS;
        return switch (Step.of(onOutage, alone, own, wait, room)) {
            case ADMIT_BY_RULE ->
                    Outcome.of(new Decision.Admitted(List.of()), DecidedBy.OUTAGE_RULE);
            case REFUSE -> refused(limits, used, wait, by);
            case UNAVAILABLE -> unavailable();
            case FULL -> refused(limits, used, TRY_AGAIN.toNanos(), by);
            case ALONE -> alone();
            case ASK -> asked(there, underWay, wait);
        };
    }

    private Outcome asked(Supplier<@Nullable Decision> there, long underWay, long wait) {
        if (onOutage == OnOutage.LOCAL_SHARE
                && sharing != null
                && sharing.breaker().countsLostWithin(limits.fullAfter())) {
            Outcome refused = byShare(underWay);
            if (refused != null) {
                return refused;
            }
        }
        Decision answer = there.get();
        return answer == null ? unanswered(wait) : answered(answer);
    }

    private boolean asks() {
        return sharing != null
                && sharing.breaker().asksPrimary()
                && (onOutage == OnOutage.FAIL_CLOSED || !sharing.breaker().pauses());
    }

    private Outcome alone() {
        Outcome refused = onOutage == OnOutage.LOCAL_SHARE ? byShare(0) : null;
        if (refused != null) {
            return refused;
        }
        return onOutage == OnOutage.FAIL_OPEN
                ? Outcome.of(new Decision.Admitted(List.of()), DecidedBy.OUTAGE_RULE)
                : Outcome.of(new Decision.Admitted(limits.states(used, now)), DecidedBy.LOCAL);
    }

    private @Nullable Outcome byShare(long underWay) {
        Limits part = limits.share(sharing == null ? 1 : sharing.breaker().nodes());
        Usage ofShare = ledger == null ? part.unused(now) : ledger.copy().share(part, now).used();
        if (cost > part.capacity()) {
            return refused(part, ofShare, TRY_AGAIN.toNanos(), DecidedBy.LOCAL);
        }
        long wait = part.waitFor(ofShare, cost, now);
        return wait > 0 || !part.hasRoom(ofShare, underWay + cost, now)
                ? refused(part, ofShare, wait > 0 ? wait : TRY_AGAIN.toNanos(), DecidedBy.LOCAL)
                : null;
    }

    private Outcome unanswered(long wait) {
        if (onOutage == OnOutage.FAIL_CLOSED) {
            return unavailable();
        }
        if (wait > 0 && onOutage != OnOutage.FAIL_OPEN) {
            return refused(limits, used, wait, DecidedBy.LOCAL);
        }
        return alone();
    }

    /** What they have left, less what they will be told of with the call. */
    private Outcome answered(Decision there) {
        List<LimitState> owed = owed();
        if (owed.isEmpty()) {
            return Outcome.of(there, DecidedBy.REDIS);
        }
        List<LimitState> left = new ArrayList<>();
        List<String> violated = new ArrayList<>();
        Duration wait =
                there instanceof Decision.Refused refused ? refused.retryAfter() : Duration.ZERO;
        for (int i = 0; i < there.limits().size(); i++) {
            LimitState state = there.limits().get(i);
            long owes = owed.get(i).permits() - owed.get(i).remaining();
            long remaining = Math.max(0, state.remaining() - owes);
            left.add(
                    new LimitState(
                            state.name(),
                            state.permits(),
                            state.window(),
                            remaining,
                            state.untilNext()));
            if (remaining < cost) {
                violated.add(state.name());
                Duration next = state.untilNext().isZero() ? TRY_AGAIN : state.untilNext();
                wait = next.compareTo(wait) > 0 ? next : wait;
            }
        }
        return Outcome.of(
                violated.isEmpty()
                        ? new Decision.Admitted(List.copyOf(left))
                        : new Decision.Refused(wait, List.copyOf(violated), List.copyOf(left)),
                DecidedBy.REDIS);
    }

    private List<LimitState> owed() {
        return ledger == null
                        || ledger.untold == null
                        || !own
                        || sharing == null
                        || !sharing.countsDebts(limits)
                ? List.of()
                : limits.states(ledger.untold(limits, now).used(), now);
    }

    private Outcome refused(Limits of, Usage usage, long wait, DecidedBy by) {
        return Outcome.of(of.refusal(usage, cost, now, wait), by);
    }

    private static Outcome unavailable() {
        return Outcome.of(new Decision.Unavailable(TRY_AGAIN), DecidedBy.OUTAGE_RULE);
    }
}
