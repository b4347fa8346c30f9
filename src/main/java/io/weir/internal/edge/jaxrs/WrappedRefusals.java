package io.weir.internal.edge.jaxrs;

import io.weir.RateLimitExceededException;
import io.weir.internal.http.HttpGuard;
import jakarta.annotation.Priority;
import jakarta.ejb.EJBException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Providers;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Finds refusals in what others put around them: JAX-RS does not look at causes, and its default
 * mapper would answer 500. Everything else goes on to the mapper that there would be without this.
 */
abstract class WrappedRefusals<E extends Exception> implements ExceptionMapper<E> {

    private final Class<? super E> next;

    @Context private @Nullable Providers providers;

    WrappedRefusals(Class<? super E> next) {
        this.next = next;
    }

    @Override
    public Response toResponse(E thrown) {
        RateLimitExceededException refused = HttpGuard.refusalIn(thrown);
        return refused == null
                ? mapped(next, thrown)
                : mapped(RateLimitExceededException.class, refused);
    }

    @SuppressWarnings("unchecked") // a mapper for a superclass maps the exception too
    private <T extends Throwable> Response mapped(Class<? super T> type, T thrown) {
        ExceptionMapper<? super T> mapper =
                providers == null
                        ? null
                        : (ExceptionMapper<? super T>)
                                providers.getExceptionMapper((Class<? extends Throwable>) type);
        if (mapper == null) {
            throw WrappedRefusals.<RuntimeException>asItIs(thrown);
        }
        return mapper.toResponse(thrown);
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <X extends Throwable> X asItIs(Throwable thrown) throws X {
        throw (X) thrown;
    }

    /** Of {@code CompletableFuture.join()}. */
    @Priority(Integer.MAX_VALUE)
    static final class OfCompletion extends WrappedRefusals<CompletionException> {
        OfCompletion() {
            super(RuntimeException.class);
        }
    }

    /** Of {@code Future.get()}. */
    @Priority(Integer.MAX_VALUE)
    static final class OfExecution extends WrappedRefusals<ExecutionException> {
        OfExecution() {
            super(Exception.class);
        }
    }

    /**
     * Of an EJB that caught the refusal and threw another exception. Loaded only where EJBs are.
     */
    @Priority(Integer.MAX_VALUE)
    static final class OfEjb extends WrappedRefusals<EJBException> {
        OfEjb() {
            super(RuntimeException.class);
        }
    }
}
