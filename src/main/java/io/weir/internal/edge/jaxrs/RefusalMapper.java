package io.weir.internal.edge.jaxrs;

import io.weir.RateLimitExceededException;
import jakarta.annotation.Priority;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;

/**
 * Finds the refusal of a resource, or of a limited bean underneath; {@link AnswerFilter} answers
 * it. A mapper of the application goes before.
 */
@Priority(Integer.MAX_VALUE) // RESTEasy does not ask for the one it is registered with
final class RefusalMapper implements ExceptionMapper<RateLimitExceededException> {

    @Override
    public Response toResponse(RateLimitExceededException refused) {
        return Response.status(Response.Status.TOO_MANY_REQUESTS).entity(refused).build();
    }
}
