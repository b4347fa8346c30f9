package io.weir.servers.ear.ejb;

import io.weir.Decision;
import io.weir.RateLimited;
import io.weir.RateLimiter;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** A bean of CDI in an EJB jar. */
@ApplicationScoped
public class Orders {

    @Inject RateLimiter limiter;

    @RateLimited(name = "orders", value = "2/min")
    public String place() {
        return "order";
    }

    /** Asks by hand. */
    public String byHand() {
        return limiter.tryAcquire("by_hand") instanceof Decision.Admitted ? "yes" : "no";
    }
}
