package io.weir.internal.edge.concurrent;

import io.weir.internal.guard.CurrentOperation;
import io.weir.internal.guard.CurrentOperation.Snapshot;
import jakarta.enterprise.concurrent.spi.ThreadContextProvider;
import jakarta.enterprise.concurrent.spi.ThreadContextSnapshot;
import java.util.Map;

/**
 * Hands {@link Snapshot} to the threads of Jakarta Concurrency. Found by the server as a service.
 * It must not ask CDI: Open Liberty calls it on the threads on which CDI begins, and both would
 * wait for each other.
 */
public final class OperationContext implements ThreadContextProvider {

    /** For the server. */
    public OperationContext() {}

    @Override
    public ThreadContextSnapshot currentContext(Map<String, String> properties) {
        Snapshot snapshot = CurrentOperation.snapshot();
        return () -> snapshot.enter()::close;
    }

    @Override
    public ThreadContextSnapshot clearedContext(Map<String, String> properties) {
        return () -> CurrentOperation.NOBODY.enter()::close;
    }

    @Override
    public String getThreadContextType() {
        return Snapshot.TYPE;
    }
}
