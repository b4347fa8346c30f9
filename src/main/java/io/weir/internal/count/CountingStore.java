package io.weir.internal.count;

import io.weir.DecidedBy;
import io.weir.Decision;
import io.weir.Key;
import io.weir.LimitState;
import io.weir.OnOutage;
import io.weir.Policy;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Counts in the bounded memory of this JVM, and with the other nodes where there is something that
 * they share. Thread-safe; never throws for a valid request.
 */
public final class CountingStore implements Store {

    private final Entries entries;
    private final Ticker ticker;
    private final @Nullable Sharing sharing;
    private final WaitBudget none = new WaitBudget(Duration.ZERO);

    /**
     * Counts in this JVM alone.
     *
     * @param maxKeys the bound of the memory: a key takes one place of it, and one more for each
     *     eight further moments at which a window's permits were taken; at least 1
     * @param ticker the clock
     * @param onFull called once each time all places are taken, on the thread of a request
     */
    public CountingStore(int maxKeys, Ticker ticker, Runnable onFull) {
        this(maxKeys, ticker, onFull, null);
    }

    /**
     * Counts with others.
     *
     * @param maxKeys the bound of the memory, as above
     * @param ticker the clock
     * @param onFull called once each time all places are taken, on the thread of a request
     * @param shared what all nodes count
     * @param breaker whether that serves
     * @param deadline how long an operation waits for it in all
     */
    public CountingStore(
            int maxKeys,
            Ticker ticker,
            Runnable onFull,
            SharedCounts shared,
            Breaker breaker,
            Duration deadline) {
        this(
                maxKeys,
                ticker,
                onFull,
                new Sharing(shared, breaker, deadline, new Leases(ticker, breaker)));
    }

    private CountingStore(int maxKeys, Ticker ticker, Runnable onFull, @Nullable Sharing sharing) {
        this.ticker = ticker;
        this.sharing = sharing;
        entries = new Entries(maxKeys, ticker, onFull, sharing != null);
    }

    @Override
    public WaitBudget budget() {
        return sharing == null ? none : new WaitBudget(sharing.deadline());
    }

    @Override
    public Outcome tryAcquire(Policy policy, Key key, long cost, WaitBudget budget) {
        checkCost(cost);
        Entries.PolicyEntries keys = entries.of(policy);
        Limits limits = keys.limits(policy);
        if (cost > limits.capacity()) {
            return Outcome.of(new Decision.Impossible(peekHere(policy, key)), DecidedBy.LOCAL);
        }
        if (sharing == null && !limits.givesBack()) {
            Decision decision = here(keys, limits, key, cost);
            if (decision != null) {
                // Made here, and not below: so the compiler leaves it out where it is read at once.
                return Outcome.of(decision, DecidedBy.LOCAL);
            }
        }
        Decider decider = new Decider(keys, sharing, limits, key, cost, budget);
        return sharing == null
                ? Objects.requireNonNull(decider.begin())
                : RoundTrip.decide(decider, sharing);
    }

    private static void checkCost(long cost) {
        if (cost < 1) {
            throw new IllegalArgumentException("cost is " + cost + ", expected at least 1");
        }
    }

    @Override
    public Both tryAcquire(Policy policy, Policy candidate, Key key, long cost, WaitBudget budget) {
        checkCost(cost);
        Entries.PolicyEntries keys = entries.of(policy);
        Entries.PolicyEntries besides = entries.of(candidate);
        Limits limits = keys.limits(policy);
        Limits others = besides.limits(candidate);
        if (sharing == null || cost > limits.capacity() || cost > others.capacity()) {
            return new Both(
                    tryAcquire(policy, key, cost, budget),
                    tryAcquire(candidate, key, cost, budget));
        }
        return RoundTrip.decide(
                new Decider(keys, sharing, limits, key, cost, budget),
                new Decider(besides, sharing, others, key, cost, budget),
                sharing);
    }

    /**
     * What nearly every decision without others is: one compare-and-set.
     *
     * @return null if more is known of the key than what it has used
     */
    private @Nullable Decision here(Entries.PolicyEntries keys, Limits limits, Key key, long cost) {
        State.Single single = limits.single();
        while (true) {
            Entry own = keys.own(key);
            Entry entry = own == null ? keys.entry(limits, key) : own;
            Decision decision =
                    single != null && entry.holds(single)
                            ? inEntry(entry, limits, single, cost)
                            : inState(entry, limits, cost);
            if (decision == null) {
                if (entry.ledger() != null) { // another policy of this name gives back
                    return null;
                }
                continue;
            }
            Entry since = own == null ? keys.own(key) : own;
            if (since == null || since == entry) {
                return decision;
            }
            // The key has an entry of its own by now; what was taken from others stays taken.
        }
    }

    /** Null if it is to be tried again. */
    private @Nullable Decision inEntry(Entry entry, Limits limits, State.Single single, long cost) {
        long before = entry.drained();
        if (State.Single.isMoved(before)) {
            return inState(entry, limits, cost);
        }
        long now = ticker.nanoTime();
        long after = single.take(before, cost, now);
        if (after == before) {
            return refused(limits, single.bucket(before, now), cost, now);
        }
        return entry.swap(before, after)
                ? new Decision.Admitted(limits.states(single, after, now))
                : null;
    }

    /** Null if it is to be tried again. */
    private @Nullable Decision inState(Entry entry, Limits limits, long cost) {
        long now = ticker.nanoTime();
        if (!(entry.state(now) instanceof Usage before)) {
            Thread.onSpinWait();
            return null;
        }
        Usage usage = limits.carriedOver(before, now);
        if (limits.waitFor(usage, cost, now) > 0) {
            return refused(limits, usage, cost, now);
        }
        Usage after = limits.take(usage, cost, now);
        int more = after.weight() - before.weight();
        if (more > 0 && !entries.hasRoom(more)) {
            after = Limits.compact(after, now);
            more = after.weight() - before.weight();
        }
        if (!entry.swap(before, after)) {
            return null;
        }
        entries.grow(more);
        return new Decision.Admitted(limits.states(after, now));
    }

    private static Decision refused(Limits limits, Usage usage, long cost, long now) {
        return limits.refusal(usage, cost, now, limits.waitFor(usage, cost, now));
    }

    /**
     * What {@link #tryAcquire} would answer now. Takes nothing, and keeps nothing of the key.
     *
     * @param policy the policy
     * @param key whose permits
     * @param cost permits, at least 1
     * @return as the answer; what is left is what is left before it
     */
    public Outcome preview(Policy policy, Key key, long cost) {
        Entries.PolicyEntries keys = entries.of(policy);
        Limits limits = keys.limits(policy);
        return cost > limits.capacity()
                ? Outcome.of(new Decision.Impossible(peekHere(policy, key)), DecidedBy.LOCAL)
                : new Preview(keys, sharing, limits, key, cost)
                        .decide(() -> peekThere(policy, key, cost));
    }

    @Override
    public List<LimitState> peek(Policy policy, Key key) {
        Decision there = peekThere(policy, key, 1);
        return there == null ? peekHere(policy, key) : there.limits();
    }

    private @Nullable Decision peekThere(Policy policy, Key key, long cost) {
        if (sharing != null && sharing.breaker().asksPrimary()) {
            try {
                long budget = sharing.deadline().toNanos();
                Decision there = sharing.counts().peek(policy, key, cost, budget);
                sharing.breaker().answered(false);
                return there;
            } catch (StoreUnavailableException e) {
                sharing.breaker().failed(e);
            }
        }
        return null;
    }

    /** What this node knows by itself. */
    List<LimitState> peekHere(Policy policy, Key key) {
        Entries.PolicyEntries keys = entries.of(policy);
        Limits limits = keys.limits(policy);
        Entry entry = keys.known(key);
        long now = ticker.nanoTime();
        State state = entry == null ? State.Removed.REMOVED : entry.look(now);
        if (state instanceof Ledger ledger
                && sharing != null
                && limits.onOutage() == OnOutage.LOCAL_SHARE) {
            Limits part = limits.share(sharing.breaker().nodes());
            return part.states(ledger.share(part, now).used(), now);
        }
        return state instanceof State.Removed
                ? limits.states(limits.unused(now), now)
                : limits.states(limits.carriedOver(state.used(), now), now);
    }

    @Override
    public void reset(Policy policy, Key key) throws StoreUnavailableException {
        Entry entry = entries.of(policy).known(key);
        if (entry != null) {
            entries.change(entry, this::reset);
        }
        if (sharing != null) {
            sharing.counts().reset(policy, key);
        }
    }

    private State reset(State state) {
        long now = ticker.nanoTime();
        Usage unused = Limits.unused(state.used(), now);
        return state instanceof Ledger ledger ? ledger.reset(unused, now) : unused;
    }

    /** A reset by another node. One that is older than what is known here does nothing. */
    private void apply(SharedCounts.Mark mark) {
        Entry entry = entries.own(mark.name());
        if (entry != null) {
            long moment = ticker.nanoTime() - mark.age();
            entries.change(
                    entry,
                    state ->
                            state instanceof Ledger ledger
                                    ? ledger.forget(moment, ticker.nanoTime())
                                    : state);
        }
    }

    /**
     * Asks the shared counts whether they could decide, whatever decides now, and takes up what
     * they tell. To be called by one thread at a time.
     *
     * @param probe how to ask
     * @return whether they decide from now on
     */
    public boolean probe(Breaker.Probe probe) {
        if (sharing == null || !sharing.breaker().probe(() -> heard(sharing, probe))) {
            return false;
        }
        sharing.leases().sweep();
        return true;
    }

    private Heartbeat heard(Sharing sharing, Breaker.Probe probe) throws StoreUnavailableException {
        Heartbeat heartbeat = probe.run();
        entries.calendar().isAhead(heartbeat.ahead());
        sharing.leases().allow(heartbeat.leases());
        heartbeat.marks().forEach(this::apply); // before any call asks again
        return heartbeat;
    }

    /** Forgets what is counted here. Nothing else may happen meanwhile: for tests. */
    public void forget() {
        entries.forget();
    }

    /** Forgets every key that has used nothing. To be called from time to time, by one thread. */
    public void sweep() {
        entries.sweep();
    }

    /**
     * Gives back what was taken ahead of calls. To be called before the shared counts are closed;
     * waits for them as long as one operation.
     */
    public void close() {
        if (sharing != null) {
            sharing.leases().close(sharing.deadline().toNanos());
        }
    }

    /**
     * The keys that have an entry of their own.
     *
     * @return 0 to the bound
     */
    public int size() {
        return entries.size();
    }
}
