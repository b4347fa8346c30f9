package io.weir.internal.count;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The place of one policy and key, or of several keys that share it.
 *
 * <p>Most keys have used one bucket and nothing more is known of them. Their state is a {@link
 * State.Single}, which is the same for all, and the moment at which the bucket has drained is
 * swapped here: no object is made for a decision. Such a moment is moved into a state of its own
 * once something else is to be known; then it is odd, which ends every swap of it.
 */
final class Entry {

    private static final VarHandle STATE;
    private static final VarHandle DRAINED;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            STATE = lookup.findVarHandle(Entry.class, "state", State.class);
            DRAINED = lookup.findVarHandle(Entry.class, "drained", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("FieldMayBeFinal") // written through the handle
    private volatile State state;

    /** Of a {@link State.Single}; odd: it lies in the state from now on. */
    private volatile long drained;

    Entry(State state, long now) {
        this.drained = State.Single.moment(now);
        this.state = state;
    }

    /** The state, as an object that can be swapped. */
    State state(long now) {
        State known = state;
        while (known instanceof State.Single single) {
            long moment = drained;
            if (State.Single.isMoved(moment)
                    || DRAINED.compareAndSet(this, moment, State.Single.moved(moment))) {
                STATE.compareAndSet(this, known, single.bucket(moment, now));
            }
            known = state;
        }
        return known;
    }

    /** The state as it is now, to be read only. */
    State look(long now) {
        State known = state;
        return known instanceof State.Single single ? single.bucket(drained, now) : known;
    }

    boolean isRemoved() {
        return state == State.Removed.REMOVED;
    }

    /** What is known of a key of which more is known than what it has used. */
    @Nullable Ledger ledger() {
        return state instanceof Ledger ledger ? ledger : null;
    }

    /** The same, made of what it has used if need be; null if the entry was removed. */
    @Nullable Ledger toLedger(long now) {
        while (true) {
            State known = state(now);
            if (known instanceof Ledger ledger) {
                return ledger;
            }
            if (!(known instanceof Usage usage)) {
                return null;
            }
            swap(known, new Ledger(usage, now));
        }
    }

    /** Whether it is a bucket by this rate whose moment lies here. */
    boolean holds(State.Single single) {
        return state == single;
    }

    long drained() {
        return drained;
    }

    /** Puts another moment in the place of one. */
    boolean swap(long before, long after) {
        return swapped(DRAINED.compareAndSet(this, before, after));
    }

    /** Puts another state in the place of one, unless somebody else was faster. */
    boolean swap(State before, State after) {
        return swapped(STATE.compareAndSet(this, before, after));
    }

    private static boolean swapped(boolean done) {
        if (!done) {
            Thread.onSpinWait(); // without it a hot key is slower than under a lock
        }
        return done;
    }
}
