package io.weir.store.local;

import io.weir.DecidedBy;
import io.weir.Decision;
import io.weir.Key;
import io.weir.LimitState;
import io.weir.Policy;
import io.weir.decision.Usage;
import io.weir.internal.count.Debt;
import io.weir.internal.count.Ledger;
import io.weir.internal.count.Outcome;
import io.weir.internal.count.Receipt;
import io.weir.internal.count.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

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
        Table table = table(policy);
        Meter meter = table.meter(policy);
        if (cost > meter.capacity()) {
            return outcome(new Decision.Impossible(peek(policy, key)), Receipt.NOTHING);
        }
        @Nullable Decision decision = null;
        Receipt receipt = Receipt.NOTHING;
        // What with() does for most calls: through a lambda, one more object was made.
        Usage own = table.own(key);
        if (own != null && !policy.givesBack()) {
            synchronized (own) {
                if (!own.ended()) {
                    decision = decide(meter, own, cost);
                }
            }
        }
        if (decision == null) {
            Outcome outcome = with(table, meter, key, entry -> decideOrUndo(meter, entry, cost));
            decision = outcome.decision();
            receipt = outcome.receipt();
        }
        // Made in one place only: so the compiler can leave it out where it is read at once.
        return new Outcome(decision, DecidedBy.LOCAL, receipt);
    }

    @Override
    public Receipt count(Policy policy, Key key, long cost) {
        Table table = table(policy);
        Meter meter = table.meter(policy);
        return with(
                table,
                meter,
                key,
                entry -> {
                    long now = ticker.nanoTime();
                    if (policy.givesBack()) {
                        return receipt(meter, entry, cost, meter.takeStamped(entry, cost, now));
                    }
                    meter.take(entry, cost, now);
                    return Receipt.NOTHING;
                });
    }

    private interface Work<T> {
        T on(Usage entry);
    }

    /** Works on the entry of a key, which is locked and stays in the table meanwhile. */
    private <T> T with(Table table, Meter meter, Key key, Work<T> work) {
        while (true) {
            Usage own = table.own(key);
            if (own != null) {
                synchronized (own) {
                    if (!own.ended()) {
                        return work.on(own);
                    }
                }
                continue;
            }
            Usage shared = table.shared(key);
            synchronized (shared) { // or a key could take from both, and have twice its permits
                if (table.own(key) != null || ownsFromNowOn(table, meter, shared, key)) {
                    continue;
                }
                if (full.get() || !meter.isUnused(shared, ticker.nanoTime())) {
                    return work.on(shared);
                }
            }
            if (full.compareAndSet(false, true)) {
                onFull.run(); // without a lock, and then all may be different
            }
        }
    }

    private Decision decide(Meter meter, Usage entry, long cost) {
        long now = ticker.nanoTime();
        long wait = meter.tryTake(entry, cost, now);
        return wait == 0
                ? new Decision.Admitted(meter.states(entry, now))
                : refused(meter, entry, cost, now, wait);
    }

    private Outcome decideOrUndo(Meter meter, Usage entry, long cost) {
        if (!meter.policy().givesBack()) {
            return outcome(decide(meter, entry, cost), Receipt.NOTHING);
        }
        long now = ticker.nanoTime();
        long wait = meter.waitFor(entry, cost, now);
        if (wait > 0) {
            return outcome(refused(meter, entry, cost, now, wait), Receipt.NOTHING);
        }
        long[] stamps = meter.takeStamped(entry, cost, now);
        return outcome(
                new Decision.Admitted(meter.states(entry, now)),
                receipt(meter, entry, cost, stamps));
    }

    private static Decision refused(Meter meter, Usage entry, long cost, long now, long wait) {
        return new Decision.Refused(
                Duration.ofNanos(wait), meter.violated(entry, cost, now), meter.states(entry, now));
    }

    private Receipt receipt(Meter meter, Usage entry, long cost, long[] stamps) {
        return () -> {
            synchronized (entry) {
                meter.giveBack(entry, cost, stamps, ticker.nanoTime());
            }
        };
    }

    @Override
    public List<LimitState> peek(Policy policy, Key key) {
        Table table = table(policy);
        Meter meter = table.meter(policy);
        long now = ticker.nanoTime();
        Usage entry = table.find(key, now);
        if (entry == null) {
            return meter.states(meter.unused(), now);
        }
        synchronized (entry) {
            return meter.states(entry, ticker.nanoTime());
        }
    }

    @Override
    public void reset(Policy policy, Key key) {
        Table table = table(policy);
        Usage entry = table.find(key, ticker.nanoTime());
        if (entry != null) {
            synchronized (entry) {
                table.meter(policy).clear(entry);
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
        Usage own = table.own(key);
        if (own == null) {
            return Debt.NONE;
        }
        Meter meter = table.meter(policy);
        synchronized (own) {
            Debt debt = meter.debt(own, ticker.nanoTime());
            if (andForgotten) {
                meter.clear(own);
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
        // Limits of another shape under one name count apart, as they do in Redis: whoever asks for
        // one of them must not free who is refused by the other.
        String name = table == null ? policy.name() : policy.name() + "\n" + Meter.shape(policy);
        return tables.computeIfAbsent(name, n -> new Table(policy, seed));
    }

    /**
     * Gives a key an entry of its own, if the one that it shares is unused and there is room.
     * Called with the shared entry locked.
     */
    private boolean ownsFromNowOn(Table table, Meter meter, Usage shared, Key key) {
        boolean owns = meter.isUnused(shared, ticker.nanoTime()) && reserve();
        if (owns) {
            table.add(key, meter.unused());
        }
        return owns;
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
