package io.weir.internal.edge.jaxrs;

import io.weir.RateLimitExceededException;
import io.weir.internal.http.HttpGuard;
import jakarta.annotation.Priority;
import jakarta.ejb.EJBException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Providers;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Finds refusals in what others put around them: JAX-RS does not look at causes, and its default
 * mapper would answer 500. Everything else is answered as it would be without this: by the next
 * mapper that there is, and on Jersey by whoever it is ({@link JerseyRefusals}).
 */
abstract class WrappedRefusals<E extends Exception> implements ExceptionMapper<E> {

    private final Class<? extends Throwable> next;

    @Context private @Nullable Providers providers;

    WrappedRefusals(Class<? extends Throwable> next) {
        this.next = next;
    }

    @Override
    public Response toResponse(E thrown) {
        RateLimitExceededException refused = HttpGuard.refusalIn(thrown);
        if (refused != null) {
            return answer(mapper(RateLimitExceededException.class), refused);
        }
        ExceptionMapper<Throwable> other = mapper(next);
        while (other instanceof WrappedRefusals<?> own) {
            other = mapper(((WrappedRefusals<?>) own).next);
        }
        Throwable cause = thrown.getCause();
        return cause != null && isUnwrapped(thrown) && (other == null || isOfServer(other))
                ? answer(mapper(cause.getClass()), cause)
                : answer(other, thrown);
    }

    /** By RESTEasy itself, where the application has no mapper for it. */
    private static boolean isUnwrapped(Throwable thrown) {
        return thrown.getClass().getName().equals("jakarta.ejb.EJBException");
    }

    /** RESTEasy has one for everything. */
    private static boolean isOfServer(Object mapper) {
        return mapper.getClass().getName().startsWith("org.jboss.resteasy.");
    }

    @SuppressWarnings("unchecked") // a mapper for a superclass maps the exception too
    private @Nullable ExceptionMapper<Throwable> mapper(Class<? extends Throwable> type) {
        return providers == null
                ? null
                : (ExceptionMapper<Throwable>) providers.getExceptionMapper(type);
    }

    private static Response answer(@Nullable ExceptionMapper<Throwable> mapper, Throwable thrown) {
        if (thrown instanceof WebApplicationException own
                && (mapper == null || own.getResponse().hasEntity())) {
            return own.getResponse();
        }
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
    static class OfCompletion extends WrappedRefusals<CompletionException> {
        OfCompletion() {
            super(RuntimeException.class);
        }
    }

    /** Of {@code Future.get()}. */
    @Priority(Integer.MAX_VALUE)
    static class OfExecution extends WrappedRefusals<ExecutionException> {
        OfExecution() {
            super(Exception.class);
        }
    }

    /**
     * Of an EJB that caught the refusal and threw another exception. Loaded only where EJBs are.
     */
    @Priority(Integer.MAX_VALUE)
    static class OfEjb extends WrappedRefusals<EJBException> {
        OfEjb() {
            super(RuntimeException.class);
        }
    }

    /**
     * Of whatever else the application, CDI or a library throws for it. Where JAX-RS has a mapper
     * for everything, which gets the rest.
     */
    @Priority(Integer.MAX_VALUE)
    static class OfAny extends WrappedRefusals<Exception> {
        OfAny() {
            super(Throwable.class);
        }
    }
}
