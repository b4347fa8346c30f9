package io.weir.jaxrs;

import io.weir.RateLimitExceededException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;

/** Finds the refusal of a limited bean underneath a resource; {@link AnswerFilter} answers it. */
final class RefusalMapper implements ExceptionMapper<RateLimitExceededException> {

    @Override
    public Response toResponse(RateLimitExceededException refused) {
        return Responses.toBeAnswered(refused);
    }
}
