package io.weir.internal.count;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** The place of one policy and key, or of several keys that share it. */
final class Entry {

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Entry.class, "state", State.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("FieldMayBeFinal") // written through the handle
    private volatile State state;

    Entry(State state) {
        this.state = state;
    }

    State state() {
        return state;
    }

    /** Puts another state in the place of one, unless somebody else was faster. */
    boolean swap(State before, State after) {
        if (STATE.compareAndSet(this, before, after)) {
            return true;
        }
        Thread.onSpinWait(); // without it a hot key is slower than under a lock
        return false;
    }
}
