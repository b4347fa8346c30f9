package io.weir.servers.ear.shared;

import io.weir.Decision;
import io.weir.RateLimited;
import io.weir.RateLimiter;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** A bean that all modules share. */
@ApplicationScoped
public class Shared {

    @Inject RateLimiter limiter;

    @RateLimited(name = "shared", value = "1/min")
    public String limited() {
        return "shared";
    }

    /** Asks by hand. */
    public String byHand() {
        return limiter.tryAcquire("by_hand") instanceof Decision.Admitted ? "yes" : "no";
    }
}
