package io.weir.servers.bad;

import io.weir.RateLimited;
import jakarta.enterprise.context.ApplicationScoped;

/** A name for which neither annotation nor configuration has a limit. */
@ApplicationScoped
public class Limitless {

    @RateLimited(name = "limitless")
    public void limited() {}
}
