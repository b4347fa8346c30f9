package io.weir.servers.faces;

import io.weir.RateLimited;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

/** What the button of a page does. */
@Named
@ApplicationScoped
public class Clicks {

    @RateLimited("1/min")
    public String click() {
        return null;
    }
}
