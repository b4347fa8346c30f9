package io.weir.servers.answered;

import io.weir.RateLimitExceededException;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.Providers;

/** Leaves its own refusal to the mapper for refusals: RESTEasy asks nobody for what it throws. */
@Provider
public class LateMapper implements ExceptionMapper<Late> {

    @Inject Counter counter;
    @Context Providers providers;

    @Override
    public Response toResponse(Late thrown) {
        try {
            counter.countLate();
            return Response.ok("work").build();
        } catch (RateLimitExceededException refused) {
            return providers
                    .getExceptionMapper(RateLimitExceededException.class)
                    .toResponse(refused);
        }
    }
}
