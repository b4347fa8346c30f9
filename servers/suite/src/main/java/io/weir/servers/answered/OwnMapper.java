package io.weir.servers.answered;

import io.weir.RateLimitExceededException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;

/** The application's own. */
public class OwnMapper implements ExceptionMapper<RateLimitExceededException> {

    @Override
    public Response toResponse(RateLimitExceededException refused) {
        return Response.status(420).entity(refused.getMessage()).build();
    }
}
