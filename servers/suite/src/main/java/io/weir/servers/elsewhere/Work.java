package io.weir.servers.elsewhere;

import io.weir.RateLimited;
import jakarta.enterprise.context.ApplicationScoped;

/** Work that is limited wherever it is done. */
@ApplicationScoped
public class Work {

    @RateLimited(name = "work", value = "1/min")
    public String work() {
        return "worked";
    }

    @RateLimited(name = "forgotten", value = "2/min")
    public String forgotten() {
        return "worked";
    }

    @RateLimited(name = "of_user", value = "1/min", key = "principal")
    public String ofUser() {
        return "worked";
    }

    @RateLimited("1/min")
    public String order() {
        return "worked";
    }
}
