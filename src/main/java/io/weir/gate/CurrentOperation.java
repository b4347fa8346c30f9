package io.weir.gate;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The operation of one application that the current thread works for. */
public final class CurrentOperation {

    /**
     * Of all applications that share this class: a server asks what is to travel where it cannot be
     * told which application that is, or while that is still being put together.
     */
    private static final ThreadLocal<@Nullable Entered> THREAD = new ThreadLocal<>();

    private record Entered(CurrentOperation by, Operation operation, @Nullable Entered outer) {}

    /**
     * The operation of this thread.
     *
     * @return empty outside any
     */
    public Optional<Operation> get() {
        return Optional.ofNullable(operation());
    }

    /** The same for each decision, without an object. */
    @Nullable Operation operation() {
        for (Entered entered = THREAD.get(); entered != null; entered = entered.outer()) {
            if (entered.by() == this) {
                return entered.operation();
            }
        }
        return null;
    }

    /**
     * Makes an operation that of this thread.
     *
     * @param operation the operation
     * @return puts back what was before, when closed by the same thread
     */
    public Scope enter(Operation operation) {
        return enter(new Entered(this, operation, THREAD.get()));
    }

    private static Scope enter(@Nullable Entered entered) {
        Entered before = THREAD.get();
        set(entered);
        return () -> set(before);
    }

    private static void set(@Nullable Entered entered) {
        if (entered == null) {
            THREAD.remove();
        } else {
            THREAD.set(entered);
        }
    }

    /**
     * The operation of this thread, to be that of others, now or when its request is long over.
     *
     * @return what another thread enters, as often as it likes
     */
    public static Snapshot snapshot() {
        Entered here = THREAD.get();
        if (here == null) {
            return cleared();
        }
        Entered travelling = new Entered(here.by(), here.operation().detached(), null);
        return () -> enter(travelling);
    }

    /**
     * No operation: what a thread enters that is to work for nobody.
     *
     * @return what another thread enters, as often as it likes
     */
    public static Snapshot cleared() {
        return () -> enter((Entered) null);
    }

    /** An operation on its way to another thread. */
    @FunctionalInterface
    public interface Snapshot {
        /**
         * Makes the operation that of this thread.
         *
         * @return puts back what was before, when closed by the same thread
         */
        Scope enter();

        /**
         * The task as a part of the operation.
         *
         * @param task what another thread will run
         * @return runs it
         */
        @SuppressWarnings("try") // the scope is closed, and needs no more
        default Runnable around(Runnable task) {
            return () -> {
                try (Scope scope = enter()) {
                    task.run();
                }
            };
        }
    }

    /** Ends the part of a thread's work that belongs to an operation. */
    public interface Scope extends AutoCloseable {
        @Override
        void close();
    }
}
