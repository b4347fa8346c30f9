package io.weir.internal.guard;

import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The operation of one application that the current thread works for. An EAR's modules are one
 * application here: who asks is known to all of them, and each knows which of them was asked.
 */
public final class CurrentOperation {

    /**
     * Of all applications that share this class: a server asks what is to travel where it cannot be
     * told which application that is, or while that is still being put together.
     */
    private static final ThreadLocal<@Nullable Entered> THREAD = new ThreadLocal<>();

    /** No operation: what a thread enters that is to work for nobody. */
    public static final Snapshot NOBODY = () -> enter((Entered) null);

    private final Object application;

    /** The request of a thread that has not come to a filter yet. */
    private final ThreadLocal<@Nullable Supplier<Entered>> arriving;

    /** Of an application of its own. */
    public CurrentOperation() {
        this(new Object(), new ThreadLocal<>());
    }

    private CurrentOperation(
            Object application, ThreadLocal<@Nullable Supplier<Entered>> arriving) {
        this.application = application;
        this.arriving = arriving;
    }

    /**
     * That of another module of the same application.
     *
     * @return knows the same operations
     */
    public CurrentOperation sibling() {
        return new CurrentOperation(application, arriving);
    }

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
        Entered entered = entered();
        return entered == null ? null : entered.operation();
    }

    private @Nullable Entered entered() {
        Entered entered = THREAD.get();
        while (entered != null && entered.by().application != application) {
            entered = entered.outer();
        }
        if (entered == null) {
            Supplier<Entered> request = arriving.get();
            return request == null ? null : request.get();
        }
        return entered;
    }

    /**
     * The module that has the operation of this thread from its client.
     *
     * @return this or a sibling; empty outside any operation
     */
    public Optional<CurrentOperation> module() {
        return Optional.ofNullable(entered()).map(Entered::by);
    }

    /**
     * Makes an operation that of this thread.
     *
     * @param operation the operation
     * @return puts back what was before, when closed by the same thread
     */
    public Scope enter(Operation operation) {
        arriving.remove();
        return enter(new Entered(this, operation, THREAD.get()));
    }

    /**
     * A request arrives on this thread. A container may call the application for it before it comes
     * to a filter, in a login for one.
     *
     * @param operation begins it, or finds it begun
     */
    public void arrives(Supplier<Operation> operation) {
        arriving.set(() -> new Entered(this, operation.get(), null));
    }

    /** The request of this thread has come to nobody who would enter it, and is over. */
    public void isOver() {
        arriving.remove();
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
            return NOBODY;
        }
        Entered travelling = new Entered(here.by(), here.operation().detached(), null);
        return () -> enter(travelling);
    }

    /**
     * An operation on its way to another thread: its client is known there, and what is paid is
     * paid. This is what everything hands over that brings work from one thread to another.
     */
    @FunctionalInterface
    public interface Snapshot {

        /** What servers call this part of a thread's context. */
        String TYPE = "io.weir.operation";

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
