package io.weir.internal.edge.concurrent;

import io.weir.internal.guard.CurrentOperation;
import jakarta.enterprise.concurrent.spi.ThreadContextProvider;
import jakarta.enterprise.concurrent.spi.ThreadContextSnapshot;
import java.util.Map;

/**
 * Takes the operation of a request along to the threads of Jakarta Concurrency: its client is known
 * there, and what is paid is paid. Found by the server as a service. It must not ask CDI: Open
 * Liberty calls it on the threads on which CDI begins, and both would wait for each other.
 */
public final class OperationContext implements ThreadContextProvider {

    /** For the server. */
    public OperationContext() {}

    @Override
    public ThreadContextSnapshot currentContext(Map<String, String> properties) {
        return begun(CurrentOperation.snapshot());
    }

    @Override
    public ThreadContextSnapshot clearedContext(Map<String, String> properties) {
        return begun(CurrentOperation.cleared());
    }

    @Override
    public String getThreadContextType() {
        return "io.weir.operation";
    }

    private static ThreadContextSnapshot begun(CurrentOperation.Snapshot snapshot) {
        return () -> snapshot.enter()::close;
    }
}
