package io.weir.servers.kit;

import io.weir.OnRefusal;
import io.weir.RateLimited;
import jakarta.enterprise.context.ApplicationScoped;

/** A bean that sends one letter an hour. */
@ApplicationScoped
public class Newsletter {

    /** Whether it was sent. */
    @RateLimited(name = "newsletter", value = "1/hour", onRefusal = OnRefusal.SKIP)
    public boolean send() {
        return true;
    }
}
