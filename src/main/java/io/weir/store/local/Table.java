package io.weir.store.local;

import io.weir.Key;
import io.weir.Policy;
import io.weir.decision.Usage;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one policy: those with an entry of their own, and the entries that newcomers share.
 * An entry is the usage of the policy's first limit, with those of the others behind it.
 */
final class Table {

    /** How many entries the newcomers of one policy share. */
    static final int SHARED = 1024;

    private final ConcurrentMap<String, Usage> own = new ConcurrentHashMap<>();
    private final AtomicReferenceArray<@Nullable Usage> shared = new AtomicReferenceArray<>(SHARED);
    private final int seed;
    private Iterator<Map.Entry<String, Usage>> round = own.entrySet().iterator();
    private volatile Meter meter;

    Table(Policy policy, int seed) {
        this.meter = new Meter(policy);
        this.seed = seed;
    }

    /** How to measure for a policy that has the shape of this table's. */
    @SuppressWarnings("ReferenceEquality") // only a short cut
    Meter meter(Policy policy) {
        Meter current = meter;
        if (current.policy() != policy) {
            current = new Meter(policy);
            meter = current;
        }
        return current;
    }

    @SuppressWarnings("ReferenceEquality") // only a short cut
    boolean fits(Policy policy) {
        Meter current = meter;
        return current.policy() == policy || current.sameShapeAs(policy);
    }

    /** The entry of a key that has one: its own, or the one it shares while that is in use. */
    @Nullable Usage find(Key key, long now) {
        Usage entry = own.get(key.text());
        return entry != null ? entry : sharedInUse(key, now);
    }

    private @Nullable Usage sharedInUse(Key key, long now) {
        Usage entry = shared.get(slot(key));
        if (entry != null) {
            synchronized (entry) {
                if (!meter.isUnused(entry, now)) {
                    return entry;
                }
            }
        }
        return null;
    }

    /** The entry of its own that a key has. */
    @Nullable Usage own(Key key) {
        return own.get(key.text());
    }

    /** Gives a key that has none an entry of its own, while its shared entry is locked. */
    void add(Key key, Usage unused) {
        own.put(key.text(), unused);
    }

    /** The entry that a key shares while it has none of its own. */
    Usage shared(Key key) {
        int slot = slot(key);
        Usage there = shared.get(slot);
        if (there != null) {
            return there;
        }
        Usage fresh = meter.unused();
        there = shared.compareAndExchange(slot, null, fresh);
        return there == null ? fresh : there;
    }

    /** Forgets all entries that have used nothing; answers how many. */
    int sweep(long now) {
        int forgotten = 0;
        for (Map.Entry<String, Usage> e : own.entrySet()) {
            forgotten += forgetIfUnused(e, now) ? 1 : 0;
        }
        return forgotten;
    }

    /** Looks at the next few entries only; answers how many it forgot. */
    synchronized int sweepSome(int few, long now) {
        int forgotten = 0;
        for (int i = 0; i < few; i++) {
            if (!round.hasNext()) {
                round = own.entrySet().iterator();
                if (!round.hasNext()) {
                    break;
                }
            }
            forgotten += forgetIfUnused(round.next(), now) ? 1 : 0;
        }
        return forgotten;
    }

    private boolean forgetIfUnused(Map.Entry<String, Usage> e, long now) {
        synchronized (e.getValue()) {
            return meter.isUnused(e.getValue(), now) && forget(e);
        }
    }

    private boolean forget(Map.Entry<String, Usage> e) {
        Usage entry = e.getValue();
        if (entry.ended()) {
            return false;
        }
        entry.end();
        own.remove(e.getKey(), entry);
        return true;
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
