package io.weir.servers.graphql;

import io.weir.RateLimited;
import jakarta.enterprise.context.ApplicationScoped;

/** A limited bean below the endpoint. */
@ApplicationScoped
public class Stock {

    @RateLimited("2/min")
    public String count() {
        return "counted";
    }

    @RateLimited("2/min")
    public String countLater() {
        return "counted";
    }

    @RateLimited("2/min")
    public String countForNobody() {
        return "counted";
    }
}
