package io.weir.store.local;

import io.weir.DecidedBy;
import io.weir.Decision;
import io.weir.Key;
import io.weir.LimitState;
import io.weir.Policy;
import io.weir.store.Debt;
import io.weir.store.Ledger;
import io.weir.store.Outcome;
import io.weir.store.Receipt;
import io.weir.store.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts in the memory of this JVM, within a hard bound on the number of keys.
 *
 * <p>Keys that have used nothing are forgotten. When all are in use, a newcomer shares one of 1,024
 * entries with other newcomers, and stays there until that entry is unused: a flood of new keys
 * frees nobody who is being refused. Thread-safe; never throws for a valid request.
 */
public final class LocalStore implements Ledger {

    private static final int LOOKED_AT_WHEN_FULL = 16;

    private final int maxKeys;
    private final Ticker ticker;
    private final Runnable onFull;
    private final ConcurrentMap<String, Table> tables = new ConcurrentHashMap<>();
    private final AtomicInteger keys = new AtomicInteger();
    private final AtomicBoolean full = new AtomicBoolean();
    private final int seed = ThreadLocalRandom.current().nextInt();

    /**
     * An empty store.
     *
     * @param maxKeys the most keys with an entry of their own, at least 1
     * @param ticker the clock
     * @param onFull called once each time the store becomes full, on the thread of a request
     */
    public LocalStore(int maxKeys, Ticker ticker, Runnable onFull) {
        if (maxKeys < 1) {
            throw new IllegalArgumentException("maxKeys is " + maxKeys + ", expected at least 1");
        }
        this.maxKeys = maxKeys;
        this.ticker = ticker;
        this.onFull = onFull;
    }

    @Override
    public Outcome tryAcquire(Policy policy, Key key, long cost) {
        if (cost < 1) {
            throw new IllegalArgumentException("cost is " + cost + ", expected at least 1");
        }
        if (cost > policy.capacity()) {
            return outcome(new Decision.Impossible(peek(policy, key)), Receipt.NOTHING);
        }
        return with(policy, key, (meter, entry) -> decide(policy, meter, entry, cost));
    }

    @Override
    public Receipt count(Policy policy, Key key, long cost) {
        return with(
                policy, key, (meter, entry) -> take(policy, meter, entry, cost, ticker.nanoTime()));
    }

    private interface Work<T> {
        T on(Meter meter, Entry entry);
    }

    /** Works on the entry of a key, which is locked and stays in the table meanwhile. */
    private <T> T with(Policy policy, Key key, Work<T> work) {
        Table table = table(policy);
        Meter meter = table.meter(policy);
        while (true) {
            Entry entry = entry(table, meter, key);
            synchronized (entry) {
                if (!entry.forgotten && (!entry.shared || table.own(key) == null)) {
                    return work.on(meter, entry);
                }
            }
        }
    }

    private Outcome decide(Policy policy, Meter meter, Entry entry, long cost) {
        long now = ticker.nanoTime();
        long wait = meter.waitFor(entry.usages, cost, now);
        if (wait > 0) {
            return outcome(
                    new Decision.Refused(
                            Duration.ofNanos(wait),
                            meter.violated(entry.usages, cost, now),
                            meter.states(entry.usages, now)),
                    Receipt.NOTHING);
        }
        Receipt receipt = take(policy, meter, entry, cost, now);
        return outcome(new Decision.Admitted(meter.states(entry.usages, now)), receipt);
    }

    private Receipt take(Policy policy, Meter meter, Entry entry, long cost, long now) {
        if (policy.givesBack()) {
            long[] stamps = meter.takeStamped(entry.usages, cost, now);
            return () -> giveBack(meter, entry, cost, stamps);
        }
        meter.take(entry.usages, cost, now);
        return Receipt.NOTHING;
    }

    private void giveBack(Meter meter, Entry entry, long cost, long[] stamps) {
        synchronized (entry) {
            meter.giveBack(entry.usages, cost, stamps, ticker.nanoTime());
        }
    }

    @Override
    public List<LimitState> peek(Policy policy, Key key) {
        Table table = table(policy);
        Meter meter = table.meter(policy);
        long now = ticker.nanoTime();
        Entry entry = table.find(key, now);
        if (entry == null) {
            return meter.states(meter.unused(), now);
        }
        synchronized (entry) {
            return meter.states(entry.usages, ticker.nanoTime());
        }
    }

    @Override
    public void reset(Policy policy, Key key) {
        Table table = table(policy);
        Entry entry = table.find(key, ticker.nanoTime());
        if (entry != null) {
            synchronized (entry) {
                entry.usages = table.meter(policy).unused();
            }
        }
    }

    @Override
    public boolean knows(Policy policy, Key key) {
        return table(policy).own(key) != null;
    }

    /** Nothing of a key that shares its entry with others. */
    @Override
    public Debt tell(Policy policy, Key key) {
        return told(policy, key, false);
    }

    /** Nothing of a key that shares its entry with others. */
    @Override
    public Debt drain(Policy policy, Key key) {
        return told(policy, key, true);
    }

    private Debt told(Policy policy, Key key, boolean andForgotten) {
        Table table = table(policy);
        Entry own = table.own(key);
        if (own == null) {
            return Debt.NONE;
        }
        Meter meter = table.meter(policy);
        synchronized (own) {
            Debt debt = meter.debt(own.usages, ticker.nanoTime());
            if (andForgotten) {
                own.usages = meter.unused();
            }
            return debt;
        }
    }

    /** Forgets every key that has used nothing. To be called from time to time, by one thread. */
    public void sweep() {
        int forgotten = 0;
        for (Table table : tables.values()) {
            forgotten += table.sweep(ticker.nanoTime());
        }
        if (keys.addAndGet(-forgotten) < maxKeys - maxKeys / 10) {
            full.set(false);
        }
    }

    /**
     * The keys that have an entry of their own.
     *
     * @return 0 to the bound
     */
    public int size() {
        return Math.min(maxKeys, keys.get());
    }

    private Table table(Policy policy) {
        Table table = tables.get(policy.name());
        if (table != null && table.fits(policy)) {
            return table;
        }
        return tables.compute(
                policy.name(),
                (name, old) -> {
                    if (old != null && old.fits(policy)) {
                        return old;
                    }
                    if (old != null) {
                        keys.addAndGet(-old.clear());
                    }
                    return new Table(policy, seed);
                });
    }

    private Entry entry(Table table, Meter meter, Key key) {
        Entry own = table.own(key);
        if (own != null) {
            return own;
        }
        Entry shared = table.shared(key);
        synchronized (shared) { // or a key could take from both, and have twice its permits
            own = table.own(key);
            if (own != null) {
                return own;
            }
            if (!meter.isUnused(shared.usages, ticker.nanoTime())) {
                return shared;
            }
            if (reserve()) {
                return table.add(key, meter.unused());
            }
        }
        if (full.compareAndSet(false, true)) {
            onFull.run();
        }
        return shared;
    }

    /** Reserves the place of one key, looking at a few others if there is none. */
    private boolean reserve() {
        if (keys.incrementAndGet() <= maxKeys) {
            return true;
        }
        int forgotten = 0;
        for (Table table : tables.values()) {
            if (forgotten == 0) {
                forgotten = table.sweepSome(LOOKED_AT_WHEN_FULL, ticker.nanoTime());
            }
        }
        if (forgotten > 0) {
            keys.addAndGet(-forgotten);
            return true;
        }
        keys.decrementAndGet();
        return false;
    }

    private static Outcome outcome(Decision decision, Receipt receipt) {
        return new Outcome(decision, DecidedBy.LOCAL, receipt);
    }
}
