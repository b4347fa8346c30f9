package io.weir.servers.answered;

import jakarta.inject.Inject;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;

/** Counts what goes wrong, with a limited bean. */
@Provider
public class BrokenMapper implements ExceptionMapper<Broken> {

    @Inject Counter counter;

    @Override
    public Response toResponse(Broken thrown) {
        counter.count();
        return Response.ok("work").build();
    }
}
