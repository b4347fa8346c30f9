package io.weir.servers.app;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;

/** What many applications have; a refusal must not end in it. */
@Provider
public class CatchAllMapper implements ExceptionMapper<RuntimeException> {

    @Override
    public Response toResponse(RuntimeException e) {
        return e instanceof WebApplicationException web
                ? web.getResponse()
                : Response.serverError().entity("caught by the application: " + e).build();
    }
}
