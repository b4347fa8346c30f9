package io.weir.servers.bad;

import io.weir.RateLimited;
import jakarta.enterprise.context.ApplicationScoped;

/** A limit text that two readers read in two ways. */
@ApplicationScoped
public class MinuteOrMonth {

    @RateLimited("10/m")
    public void limited() {}
}
