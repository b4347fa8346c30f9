package io.weir.servers.ear.web;

import io.weir.RateLimited;
import jakarta.enterprise.context.ApplicationScoped;

/** A bean of the web module, whose settings say the limit. */
@ApplicationScoped
public class Own {

    @RateLimited(name = "own")
    public String limited() {
        return "own";
    }
}
