package io.weir.servers.ejblater;

import io.weir.OnRefusal;
import io.weir.RateLimited;
import jakarta.enterprise.context.ApplicationScoped;

/** Whom the container asks before any filter is called. */
@ApplicationScoped
public class Logins {

    @RateLimited(name = "logins", value = "2/min", onRefusal = OnRefusal.SKIP)
    public boolean mayGuess() {
        return true;
    }
}
