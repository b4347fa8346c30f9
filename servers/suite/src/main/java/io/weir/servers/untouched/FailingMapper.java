package io.weir.servers.untouched;

import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;

/** The application's own answer, for this exception only. */
@Provider
public class FailingMapper implements ExceptionMapper<Failing> {

    @Override
    public Response toResponse(Failing thrown) {
        return Response.status(460).entity("failed").build();
    }
}
