package io.weir.servers.answered;

import io.weir.RateLimited;
import jakarta.enterprise.context.ApplicationScoped;

/** A limited bean. */
@ApplicationScoped
public class Counter {

    @RateLimited("1/min")
    public void count() {}

    @RateLimited(value = "1/min", key = "global")
    public void countLate() {}
}
