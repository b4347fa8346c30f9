package io.weir.internal.count;

import io.weir.DecidedBy;
import io.weir.Decision;
import io.weir.Key;
import io.weir.LimitState;
import io.weir.OnOutage;
import io.weir.Policy;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Counts in the bounded memory of this JVM, and with the other nodes where there is something that
 * they share. Thread-safe; never throws for a valid request.
 */
public final class CountingStore implements Store {

    private final Entries entries;
    private final Ticker ticker;
    private final Duration deadline;
    private final Patience none = new Patience(Duration.ZERO);
    private final @Nullable SharedCounts shared;
    private final @Nullable Breaker breaker;
    private final Decider decider;

    /**
     * Counts in this JVM alone.
     *
     * @param maxKeys the bound of the memory: a key takes one place of it, and one more for each
     *     eight further moments at which a window's permits were taken; at least 1
     * @param ticker the clock
     * @param onFull called once each time all places are taken, on the thread of a request
     */
    public CountingStore(int maxKeys, Ticker ticker, Runnable onFull) {
        this.ticker = ticker;
        this.deadline = Duration.ZERO;
        this.shared = null;
        this.breaker = null;
        entries = new Entries(maxKeys, ticker, onFull, false);
        decider = new Decider(entries, null, ticker);
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
        this.ticker = ticker;
        this.deadline = deadline;
        this.shared = shared;
        this.breaker = breaker;
        entries = new Entries(maxKeys, ticker, onFull, true);
        decider = new Decider(entries, new Decider.Sharing(shared, breaker), ticker);
    }

    @Override
    public Patience patience() {
        return shared == null ? none : new Patience(deadline);
    }

    @Override
    public Outcome tryAcquire(Policy policy, Key key, long cost, Patience patience) {
        if (cost < 1) {
            throw new IllegalArgumentException("cost is " + cost + ", expected at least 1");
        }
        Entries.Table table = entries.table(policy);
        Limits limits = table.limits(policy);
        if (cost > limits.capacity()) {
            return outcome(new Decision.Impossible(peekHere(policy, key)));
        }
        if (shared == null && !policy.givesBack()) {
            Decision decision = here(table, limits, key, cost);
            if (decision != null) {
                // Made here, and not below: so the compiler leaves it out where it is read at once.
                return outcome(decision);
            }
        }
        return decider.decide(table, limits, key, cost, patience);
    }

    /**
     * What nearly every decision without others is: one compare-and-set.
     *
     * @return null if more is known of the key than what it has used
     */
    private @Nullable Decision here(Entries.Table table, Limits limits, Key key, long cost) {
        State.Single single = limits.single();
        while (true) {
            Entry own = table.own(key);
            Entry entry = own == null ? table.entry(limits, key) : own;
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
            Entry since = own == null ? table.own(key) : own;
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
        if (!(entry.state(ticker.nanoTime()) instanceof Usage before)) {
            Thread.onSpinWait();
            return null;
        }
        long now = ticker.nanoTime();
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
        return new Decision.Admitted(limits.states(after));
    }

    private static Decision refused(Limits limits, Usage usage, long cost, long now) {
        return new Decision.Refused(
                Duration.ofNanos(limits.waitFor(usage, cost, now)),
                limits.violated(usage, cost, now),
                limits.states(usage, now));
    }

    private static Outcome outcome(Decision decision) {
        return new Outcome(decision, DecidedBy.LOCAL, Receipt.NOTHING);
    }

    @Override
    public List<LimitState> peek(Policy policy, Key key) {
        if (shared != null && breaker != null && breaker.asksPrimary()) {
            try {
                List<LimitState> states = shared.peek(policy, key, deadline.toNanos());
                breaker.answered(false);
                return states;
            } catch (StoreUnavailableException e) {
                if (!(e instanceof StoreBusyException)) {
                    breaker.failed(e);
                }
            }
        }
        return peekHere(policy, key);
    }

    /** What this node knows by itself. */
    List<LimitState> peekHere(Policy policy, Key key) {
        Entries.Table table = entries.table(policy);
        Limits limits = table.limits(policy);
        Entry entry = table.known(key);
        long now = ticker.nanoTime();
        State state = entry == null ? State.Removed.REMOVED : entry.look(now);
        if (state instanceof Ledger ledger
                && breaker != null
                && policy.onOutage() == OnOutage.LOCAL_SHARE) {
            Limits part = limits.share(breaker.nodes());
            Usage used = ledger.draft().share(part, now).used();
            return part.states(used, now);
        }
        return state instanceof State.Removed
                ? limits.states(limits.unused(now), now)
                : limits.states(limits.carriedOver(state.used(), now), now);
    }

    @Override
    public void reset(Policy policy, Key key) throws StoreUnavailableException {
        Entries.Table table = entries.table(policy);
        Entry entry = table.known(key);
        if (entry != null) {
            swap(
                    entry,
                    state -> {
                        long now = ticker.nanoTime();
                        Usage unused = Limits.unused(state.used(), now);
                        return state instanceof Ledger ledger
                                ? ledger.reset(Account.of(unused), now)
                                : unused;
                    });
        }
        if (shared != null) {
            shared.reset(policy, key);
        }
    }

    private void swap(Entry entry, UnaryOperator<State> change) {
        State before = entry.state(ticker.nanoTime());
        while (!(before instanceof State.Removed)) {
            State after = change.apply(before);
            if (entry.swap(before, after)) {
                entries.grow(after.weight() - before.weight());
                return;
            }
            before = entry.state(ticker.nanoTime());
        }
    }

    /** Resets by other nodes. One that is older than what is known here does nothing. */
    private void apply(List<SharedCounts.Mark> marks) {
        for (SharedCounts.Mark mark : marks) {
            Entry entry = entries.own(mark.name());
            if (entry != null) {
                long moment = ticker.nanoTime() - mark.age();
                swap(
                        entry,
                        state ->
                                state instanceof Ledger ledger
                                        ? ledger.forget(moment, ticker.nanoTime())
                                        : state);
            }
        }
    }

    /**
     * Asks the shared counts whether they could decide, whatever decides now, and takes up what
     * they tell. To be called by one thread at a time.
     *
     * @param probe how to ask
     * @return whether they decide from now on
     */
    public boolean probe(Probe probe) {
        return breaker != null
                && breaker.probe(
                        () -> {
                            Heartbeat heartbeat = probe.run();
                            apply(heartbeat.marks()); // before any call asks again
                            return heartbeat;
                        });
    }

    /** Forgets every key that has used nothing. To be called from time to time, by one thread. */
    public void sweep() {
        entries.sweep();
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
