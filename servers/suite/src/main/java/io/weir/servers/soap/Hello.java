package io.weir.servers.soap;

import io.weir.servers.faces.Clicks;
import jakarta.inject.Inject;
import jakarta.jws.WebMethod;
import jakarta.jws.WebService;

/** Its faults are made by the server. */
@WebService(targetNamespace = "urn:hello")
public class Hello {

    @Inject Clicks clicks;

    @WebMethod
    public String hello() {
        clicks.click();
        return "hello";
    }
}
