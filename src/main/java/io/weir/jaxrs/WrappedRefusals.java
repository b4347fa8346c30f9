package io.weir.jaxrs;

import io.weir.RateLimitExceededException;
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
        Throwable cause = thrown;
        for (int depth = 0; cause != null && depth < 16; depth++) {
            if (cause instanceof RateLimitExceededException refused) {
                return Responses.toBeAnswered(refused);
            }
            cause = cause.getCause();
        }
        return other(next, thrown);
    }

    @SuppressWarnings("unchecked") // a mapper for a superclass maps the exception too
    private Response other(Class<?> type, E thrown) {
        ExceptionMapper<? super E> mapper =
                providers == null
                        ? null
                        : (ExceptionMapper<? super E>)
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
    static final class OfCompletion extends WrappedRefusals<CompletionException> {
        OfCompletion() {
            super(RuntimeException.class);
        }
    }

    /** Of {@code Future.get()}. */
    static final class OfExecution extends WrappedRefusals<ExecutionException> {
        OfExecution() {
            super(Exception.class);
        }
    }

    /**
     * Of an EJB that caught the refusal and threw another exception. Loaded only where EJBs are.
     */
    static final class OfEjb extends WrappedRefusals<EJBException> {
        OfEjb() {
            super(RuntimeException.class);
        }
    }
}
