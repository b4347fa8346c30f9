package io.weir.internal.count;

import io.weir.Key;
import io.weir.Policy;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The entries of all policies, within a hard bound: each key takes a place of it, and so does what
 * of its state is larger than one.
 *
 * <p>Keys that have used nothing are forgotten. When all places are taken, a newcomer shares one of
 * 1,024 entries with other newcomers, and stays there until that entry is unused: a flood of new
 * keys frees nobody who is being refused. Thread-safe, without a lock: who makes an entry looks at
 * the shared one again, who takes from a shared one looks for an own one again; who finds the other
 * undoes what he did and starts again.
 */
final class Entries {

    /** How many entries the newcomers of one policy share. */
    static final int SHARED = 1024;

    private static final int LOOKED_AT_WHEN_FULL = 16;

    private static final int VERSIONS = 16;

    private final int most;
    private final Ticker ticker;
    private final Calendar calendar;
    private final Runnable onFull;
    private final boolean ledgers;
    private final ConcurrentMap<String, PolicyEntries> policies = new ConcurrentHashMap<>();
    private final AtomicInteger keys = new AtomicInteger();
    private final AtomicInteger taken = new AtomicInteger();
    private final AtomicBoolean full = new AtomicBoolean();
    private final int seed = ThreadLocalRandom.current().nextInt();

    /**
     * No entries.
     *
     * @param most places, at least 1
     * @param onFull called once each time they are all taken, on the thread of a request
     * @param ledgers whether more is to be known of a key than what it has used
     */
    Entries(int most, Ticker ticker, Runnable onFull, boolean ledgers) {
        if (most < 1) {
            throw new IllegalArgumentException("maxKeys is " + most + ", expected at least 1");
        }
        this.most = most;
        this.ticker = ticker;
        this.calendar = new Calendar(ticker);
        this.onFull = onFull;
        this.ledgers = ledgers;
    }

    /** The keys of one policy. */
    final class PolicyEntries {
        private final String name;
        private final ConcurrentMap<String, Entry> own = new ConcurrentHashMap<>();
        private final AtomicReferenceArray<@Nullable Entry> shared =
                new AtomicReferenceArray<>(SHARED);
        private Iterator<Map.Entry<String, Entry>> round = own.entrySet().iterator();
        private volatile Limits limits;
        private volatile Limits[] others = {};

        private PolicyEntries(Policy policy) {
            this.name = Key.escape(policy.name());
            this.limits = new Limits(policy, calendar);
        }

        Entries entries() {
            return Entries.this;
        }

        Limits limits(Policy policy) {
            Limits known = limits;
            return known.areOf(policy) ? known : other(policy);
        }

        /** Plans take turns, so their versions stay; of those that nobody uses, the oldest go. */
        private Limits other(Policy policy) {
            for (Limits known : others) {
                if (known.areOf(policy)) {
                    return known;
                }
            }
            synchronized (own) {
                Limits[] more = Arrays.copyOf(others, Math.min(others.length + 1, VERSIONS));
                System.arraycopy(others, 0, more, 1, more.length - 1);
                more[0] = limits;
                others = more;
                limits = new Limits(policy, calendar);
                return limits;
            }
        }

        /** The entry of its own that a key has. */
        @Nullable Entry own(Key key) {
            return own.get(key.text());
        }

        /** The entry of a key: its own, a new one, or the one that it shares. */
        Entry entry(Limits of, Key key) {
            while (true) {
                Entry known = own.get(key.text());
                if (known != null) {
                    if (!known.isRemoved()) {
                        return known;
                    }
                    Thread.onSpinWait(); // another thread is about to open it, or to take it away
                    continue;
                }
                Entry others = shared(of, key);
                boolean unused = isUnused(others);
                if (unused && reserve()) {
                    Entry mine = new Entry(State.Removed.REMOVED, ticker.nanoTime());
                    if (own.putIfAbsent(key.text(), mine) == null) {
                        // Only now can nobody take from the shared one and not see this.
                        if (isUnused(others)) {
                            mine.swap(State.Removed.REMOVED, fresh(of));
                            return mine;
                        }
                        own.remove(key.text(), mine);
                    }
                    release(1);
                } else if (!unused || full.get() || !full.compareAndSet(false, true)) {
                    return others;
                } else {
                    onFull.run(); // and then all may be different
                }
            }
        }

        private State fresh(Limits of) {
            long now = ticker.nanoTime();
            State single = of.single();
            return ledgers
                    ? new Ledger(of.unused(now), now)
                    : single == null ? of.unused(now) : single;
        }

        /** The entry that a key shares while it has none of its own. */
        Entry shared(Limits of, Key key) {
            int slot = slot(key);
            Entry there = shared.get(slot);
            if (there != null) {
                return there;
            }
            Entry made = new Entry(fresh(of), ticker.nanoTime());
            there = shared.compareAndExchange(slot, null, made);
            return there == null ? made : there;
        }

        /** The entry that tells of a key, or null if nobody knows anything of it. */
        @Nullable Entry known(Key key) {
            Entry known = own.get(key.text());
            return known != null ? known : shared.get(slot(key));
        }

        /** Forgets an entry, if it is unused; whoever still holds it finds it removed. */
        private boolean forget(String text, Entry entry) {
            if (!isUnused(entry)) {
                return false;
            }
            long now = ticker.nanoTime();
            State state = entry.state(now);
            if (!state.isUnused(now) || !entry.swap(state, State.Removed.REMOVED)) {
                return false;
            }
            own.remove(text, entry);
            grow(-state.weight());
            release(1);
            return true;
        }

        private boolean isUnused(Entry entry) {
            long now = ticker.nanoTime();
            return entry.look(now).isUnused(now);
        }

        /** Looks at the next few entries only; whether it has forgotten any. */
        private synchronized boolean sweepSome(int few) {
            boolean any = false;
            for (int i = 0; i < few; i++) {
                if (!round.hasNext()) {
                    round = own.entrySet().iterator();
                    if (!round.hasNext()) {
                        break;
                    }
                }
                Map.Entry<String, Entry> e = round.next();
                any |= forget(e.getKey(), e.getValue());
            }
            return any;
        }

        /** Keyed, so that nobody can choose whom he shares an entry with. */
        private int slot(Key key) {
            String text = key.text();
            int hash = seed;
            for (int i = 0; i < text.length(); i++) {
                hash = Integer.rotateLeft((hash ^ text.charAt(i)) * 0x9E3779B1, 13);
            }
            hash = (hash ^ (hash >>> 15)) * 0x85EBCA6B;
            return (hash ^ (hash >>> 13)) & (SHARED - 1);
        }
    }

    Ticker ticker() {
        return ticker;
    }

    Calendar calendar() {
        return calendar;
    }

    PolicyEntries of(Policy policy) {
        PolicyEntries known = policies.get(policy.name());
        return known != null
                ? known
                : policies.computeIfAbsent(policy.name(), n -> new PolicyEntries(policy));
    }

    /** The entry of its own that a key has, by the key's name in Redis. */
    @Nullable Entry own(String name) {
        for (PolicyEntries policy : policies.values()) {
            String prefix = policy.name + ":{";
            if (name.startsWith(prefix) && name.endsWith("}")) {
                String text = name.substring(prefix.length(), name.length() - 1);
                return policy.own.get(text.equals("%") ? "" : text);
            }
        }
        return null;
    }

    /** Whether there is room for a state that takes so many more places. */
    boolean hasRoom(int places) {
        return places <= 0 || taken.get() + places <= most;
    }

    /** A state takes so many more places, or fewer. */
    void grow(int places) {
        if (places != 0) {
            taken.addAndGet(places);
        }
    }

    /**
     * Puts a changed copy in the place of a ledger, in as little memory as there is, and wakes who
     * waits for the end of a call.
     *
     * @return false if somebody else was faster
     */
    boolean swap(Entry entry, Ledger ledger, Ledger changed, long now) {
        CountDownLatch waiting = changed.underWay < ledger.underWay ? changed.waiting : null;
        if (waiting != null) {
            changed.waiting = null;
        }
        int more = changed.weight() - ledger.weight();
        if (!hasRoom(more)) {
            changed.change(account -> account.compact(now)); // comes free later, never earlier
            more = changed.weight() - ledger.weight();
        }
        if (!entry.swap(ledger, changed)) {
            return false;
        }
        grow(more);
        if (waiting != null) {
            waiting.countDown();
        }
        return true;
    }

    /** Another state for an entry, unless it was removed. */
    void change(Entry entry, UnaryOperator<State> change) {
        State before = entry.state(ticker.nanoTime());
        while (!(before instanceof State.Removed)) {
            State after = change.apply(before);
            if (entry.swap(before, after)) {
                grow(after.weight() - before.weight());
                return;
            }
            before = entry.state(ticker.nanoTime());
        }
    }

    /** Reserves the place of one key, looking at a few others if there is none. */
    private boolean reserve() {
        if (taken.incrementAndGet() > most) {
            for (PolicyEntries policy : policies.values()) {
                if (policy.sweepSome(LOOKED_AT_WHEN_FULL)) {
                    break;
                }
            }
            if (taken.get() > most) {
                taken.decrementAndGet();
                return false;
            }
        }
        keys.incrementAndGet();
        return true;
    }

    private void release(int places) {
        keys.addAndGet(-places);
        taken.addAndGet(-places);
    }

    void forget() {
        policies.clear();
        keys.set(0);
        taken.set(0);
        full.set(false);
    }

    /** Forgets every key that has used nothing. To be called from time to time, by one thread. */
    void sweep() {
        policies.values().forEach(policy -> policy.own.forEach(policy::forget));
        if (taken.get() < most - most / 10) {
            full.set(false);
        }
    }

    /** The keys that have an entry of their own. */
    int size() {
        return Math.max(0, keys.get());
    }
}
