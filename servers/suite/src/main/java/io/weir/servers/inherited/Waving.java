package io.weir.servers.inherited;

import io.weir.RateLimited;
import jakarta.ejb.Local;

/** What a session bean inherits with its limit. */
@Local
public interface Waving {

    @RateLimited("2/min")
    default String wave() {
        return "hello";
    }
}
