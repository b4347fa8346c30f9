package io.weir.servers.soap;

import io.weir.RateLimited;
import jakarta.ejb.Stateless;
import jakarta.jws.WebMethod;
import jakarta.jws.WebService;

/** Some servers serve it outside the web module: no filter is on its way. */
@Stateless
@WebService(targetNamespace = "urn:greeting")
public class Greeting {

    @WebMethod
    @RateLimited(name = "greeting", value = "2/min")
    public String hello() {
        return "greeting";
    }
}
