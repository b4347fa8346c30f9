package io.weir.servers.ejb;

import io.weir.RateLimited;
import jakarta.ejb.Stateless;

/** A stateless session bean. */
@Stateless
public class Greeter {

    @RateLimited("2/min")
    public String greet() {
        return "hello";
    }
}
