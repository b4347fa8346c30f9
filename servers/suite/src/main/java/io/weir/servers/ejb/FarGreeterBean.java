package io.weir.servers.ejb;

import io.weir.RateLimited;
import jakarta.ejb.Remote;
import jakarta.ejb.Stateless;

/** A session bean for callers in other places. */
@Stateless
@Remote(FarGreeter.class)
public class FarGreeterBean implements FarGreeter {

    @Override
    @RateLimited("2/min")
    public String greet() {
        return "hello";
    }
}
