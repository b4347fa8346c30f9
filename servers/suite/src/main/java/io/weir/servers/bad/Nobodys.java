package io.weir.servers.bad;

import io.weir.RateLimited;

/** Neither a bean nor a resource: nothing could ever enforce the limit. */
public class Nobodys {

    @RateLimited("10/min")
    public void limited() {}
}
