package io.weir.servers.untouched.ejb;

import io.weir.servers.untouched.Failing;
import jakarta.ejb.Stateless;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;

/** Throws what its container wraps. */
@Stateless
@Path("failing-bean")
public class FailingBean {

    @GET
    @Path("{what}")
    public String fail(@PathParam("what") String what) {
        throw what.equals("mapped") ? new Failing() : new NotFoundException();
    }
}
