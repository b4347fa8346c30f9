package io.weir.internal.edge.mpcontext;

import io.weir.internal.guard.CurrentOperation;
import java.util.Map;
import org.eclipse.microprofile.context.spi.ThreadContextProvider;
import org.eclipse.microprofile.context.spi.ThreadContextSnapshot;

/**
 * Takes the operation of a request along to the threads of MicroProfile Context Propagation: its
 * client is known there, and what is paid is paid. Found as a service where that is.
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
