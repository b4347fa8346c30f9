package io.weir.gate;

import java.util.Optional;

/** The operation that the current thread works for. */
public final class CurrentOperation {

    @SuppressWarnings("ThreadLocalUsage") // of this application: static would be of the JVM
    private final ThreadLocal<Operation> current = new ThreadLocal<>();

    /**
     * The operation of this thread.
     *
     * @return empty outside any
     */
    public Optional<Operation> get() {
        return Optional.ofNullable(current.get());
    }

    /**
     * Makes an operation that of this thread.
     *
     * @param operation the operation
     * @return puts back what was before, when closed by the same thread
     */
    public Scope enter(Operation operation) {
        Operation before = current.get();
        current.set(operation);
        return () -> {
            if (before == null) {
                current.remove();
            } else {
                current.set(before);
            }
        };
    }

    /** Ends the part of a thread's work that belongs to an operation. */
    public interface Scope extends AutoCloseable {
        @Override
        void close();
    }
}
