package io.weir.internal.edge.jaxrs;

import static java.lang.StackWalker.Option.RETAIN_CLASS_REFERENCE;

import io.weir.internal.http.HttpGuard;
import jakarta.annotation.Priority;
import jakarta.ejb.EJBException;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.glassfish.jersey.server.ExtendedUriInfo;
import org.glassfish.jersey.spi.ExtendedExceptionMapper;

/**
 * The mappers of {@link WrappedRefusals} for Jersey, which lets a mapper decline: it has no mapper
 * of its own for everything, looks into some exceptions itself, and leaves the rest to the servlet
 * container. Loaded only where Jersey is.
 */
final class JerseyRefusals {

    private JerseyRefusals() {}

    /** Whether this answers an exception that no mapper has answered: perhaps one has thrown. */
    static boolean isUnmapped(ContainerRequestContext request) {
        return request.getUriInfo() instanceof ExtendedUriInfo info
                && info.getMappedThrowable() == null
                && StackWalker.getInstance(RETAIN_CLASS_REFERENCE) // for descriptors, on a JDK 25
                        .walk(frames -> frames.anyMatch(JerseyRefusals::isOfException));
    }

    private static boolean isOfException(StackWalker.StackFrame frame) {
        return frame.getClassName().equals("org.glassfish.jersey.server.ServerRuntime$Responder")
                && frame.getDescriptor().startsWith("(Ljava/lang/Throwable;)");
    }

    @Priority(Integer.MAX_VALUE)
    static final class OfCompletion extends WrappedRefusals.OfCompletion
            implements ExtendedExceptionMapper<CompletionException> {
        @Override
        public boolean isMappable(CompletionException thrown) {
            return HttpGuard.refusalIn(thrown) != null;
        }
    }

    @Priority(Integer.MAX_VALUE)
    static final class OfExecution extends WrappedRefusals.OfExecution
            implements ExtendedExceptionMapper<ExecutionException> {
        @Override
        public boolean isMappable(ExecutionException thrown) {
            return HttpGuard.refusalIn(thrown) != null;
        }
    }

    /** Loaded only where EJBs are. */
    @Priority(Integer.MAX_VALUE)
    static final class OfEjb extends WrappedRefusals.OfEjb
            implements ExtendedExceptionMapper<EJBException> {
        @Override
        public boolean isMappable(EJBException thrown) {
            return HttpGuard.refusalIn(thrown) != null;
        }
    }

    @Priority(Integer.MAX_VALUE)
    static final class OfAny extends WrappedRefusals.OfAny
            implements ExtendedExceptionMapper<Exception> {
        @Override
        public boolean isMappable(Exception thrown) {
            return HttpGuard.refusalIn(thrown) != null;
        }
    }
}
