package io.weir.internal.edge.mpcontext;

import io.weir.internal.guard.CurrentOperation;
import io.weir.internal.guard.CurrentOperation.Snapshot;
import java.util.Map;
import org.eclipse.microprofile.context.spi.ThreadContextProvider;
import org.eclipse.microprofile.context.spi.ThreadContextSnapshot;

/**
 * Hands {@link Snapshot} to the threads of MicroProfile Context Propagation. Found as a service
 * where that is.
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
